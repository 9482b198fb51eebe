//! What every handler can reach.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::accounts::SignInAttempts;
use crate::workflow::App;

/// The application with what only the web server keeps.
#[derive(Clone)]
pub struct Web {
    pub app: App,
    attempts: Arc<Mutex<SignInAttempts>>,
}

impl Web {
    pub fn new(app: App) -> Web {
        Web {
            app,
            attempts: Arc::default(),
        }
    }

    /// The recent attempts to sign in. Never held across an await.
    pub fn attempts(&self) -> MutexGuard<'_, SignInAttempts> {
        // Whoever panicked with it left at worst one attempt uncounted.
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FromRef<Web> for App {
    fn from_ref(web: &Web) -> App {
        web.app.clone()
    }
}

/// The address a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        Ok(ClientAddress(client_address(peer, &parts.headers)))
    }
}

/// The peer, unless it is a proxy on this machine: then the last address that the proxy itself wrote down.
///
/// What stands further left in `X-Forwarded-For` came from the client and could be anything.
fn client_address(peer: Option<IpAddr>, headers: &HeaderMap) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    if !peer.to_canonical().is_loopback() {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let nearest = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    nearest.unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_on_this_machine_is_believed_and_only_its_own_word() {
        let local: IpAddr = Ipv4Addr::LOCALHOST.into();
        let far: IpAddr = [203, 0, 113, 9].into();
        let client: IpAddr = [198, 51, 100, 7].into();
        for (peer, forwarded, expected) in [
            (Some(far), Some("198.51.100.7"), far),
            (Some(local), Some("198.51.100.7"), client),
            (Some(local), Some("10.9.9.9, 198.51.100.7"), client),
            (Some(local), Some("nonsense"), local),
            (Some(local), None, local),
            (None, None, local),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(value) = forwarded {
                headers.insert("x-forwarded-for", value.parse().expect("a header"));
            }
            assert_eq!(client_address(peer, &headers), expected, "{peer:?} {forwarded:?}");
        }
    }
}
