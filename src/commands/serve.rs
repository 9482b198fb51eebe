//! `countersign serve` and `countersign work`: the product.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::accounts::site;
use super::arguments::{Place, ServeArguments};
use super::opening::WITH_DRAFTING;
use super::terminal::{Failure, progress};
use crate::config::Config;
use crate::workflow::{App, Options, first_setup_link};

/// The first administrator's address until they change it.
const FIRST_ADMINISTRATOR: &str = "administrator@localhost.localdomain";

pub async fn run(place: &Place, arguments: ServeArguments) -> Result<(), Failure> {
    let mut config = Config::load(place.config.as_deref(), &place.data)?;
    config.server.port = arguments.port.unwrap_or(config.server.port);
    let workers = arguments.workers.unwrap_or(config.drafting.workers);
    // The port is taken before anything else is touched: a second server on one data directory is usually a mistake.
    let listener = listen(&config).await?;
    // Without workers the drafting model is still wanted here, to check what people write.
    let app = App::open(config, &place.data, WITH_DRAFTING).await?;
    if let Some(token) = first_setup_link(&app, FIRST_ADMINISTRATOR).await? {
        progress(&format!(
            "Nobody can sign in yet. Set up the first administrator here, once:\n{}/setup/{}",
            site(&app),
            token.as_str()
        ));
    }
    progress(&format!("Countersign is at {}", site(&app)));
    serve(app, listener, workers).await
}

/// Takes the address, or says who is likely to have it.
pub async fn listen(config: &Config) -> Result<TcpListener, Failure> {
    let address = SocketAddr::new(config.server.address, config.server.port);
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Failure::new(format!(
            "Port {} is in use, perhaps by another Countersign; stop that one or choose another with --port.",
            config.server.port
        )),
        std::io::ErrorKind::PermissionDenied => Failure::new(format!(
            "This account may not listen on port {}; choose one above 1023 with --port.",
            config.server.port
        )),
        _ => Failure::new(format!("The address {address} can't be listened on: {error}.")),
    })
}

/// Answers requests until the process is asked to stop.
pub async fn serve(app: App, listener: TcpListener, workers: usize) -> Result<(), Failure> {
    let tasks = crate::jobs::start(&app, workers);
    let served = crate::http::serve(app, listener, stop_asked()).await;
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    served.map_err(|error| Failure::new(format!("The server stopped: {error}.")))
}

pub async fn work(place: &Place) -> Result<(), Failure> {
    let config = Config::load(place.config.as_deref(), &place.data)?;
    let workers = config.drafting.workers.max(1);
    let app = App::open(
        config,
        &place.data,
        Options {
            drafting: true,
            search: true,
        },
    )
    .await?;
    progress(&format!("{workers} drafting workers wait for requests."));
    let tasks = crate::jobs::start(&app, workers);
    stop_asked().await;
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(())
}

/// Ends when the process is told to stop: Ctrl-C, or the service manager's SIGTERM.
async fn stop_asked() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
