//! The first source: a model hub over HTTPS, with ranges to go on where a broken connection stopped.

use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_RANGE, RANGE};
use reqwest::{Client, Response, StatusCode};

use super::partial::Partial;
use super::{Progress, Puller, SourceError};
use crate::engine::catalog::HubSource;

const TRIES: u32 = 5;

/// Fetches what is missing of every file. Must not be called from async code's own thread.
pub(super) fn fill(
    puller: &Puller,
    hub: &HubSource,
    partials: &mut [Partial],
    progress: &mut dyn Progress,
) -> Result<(), SourceError> {
    progress.source(&format!("{}/{}", hub.base_url, hub.repository));
    // A thread of its own, because the caller may be a blocking task inside a runtime and a runtime inside a runtime
    // panics.
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| run(puller, hub, partials, progress));
        worker
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn run(
    puller: &Puller,
    hub: &HubSource,
    partials: &mut [Partial],
    progress: &mut dyn Progress,
) -> Result<(), SourceError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| super::DiskError {
            path: "the network runtime".into(),
            source,
        })?;
    runtime.block_on(async {
        let client = client(puller)?;
        for partial in partials.iter_mut().filter(|partial| !partial.is_complete()) {
            let url = hub.url(&partial.spec.name);
            fetch_file(&client, &url, partial, puller.retry_pause, progress).await?;
        }
        Ok(())
    })
}

fn client(puller: &Puller) -> Result<Client, SourceError> {
    // Another part of the program may have installed the provider already; then this changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(puller.connect_timeout)
        .read_timeout(puller.read_timeout)
        .build()
        .map_err(unreachable)
}

async fn fetch_file(
    client: &Client,
    url: &str,
    partial: &mut Partial,
    pause: Duration,
    progress: &mut dyn Progress,
) -> Result<(), SourceError> {
    let mut tries = 1;
    loop {
        match transfer(client, url, partial, progress).await {
            Err(error @ SourceError::Interrupted { .. }) if tries < TRIES => {
                progress.note(&format!("{error}; trying again ({tries} of {})", TRIES - 1));
                tokio::time::sleep(pause * tries).await;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn transfer(
    client: &Client,
    url: &str,
    partial: &mut Partial,
    progress: &mut dyn Progress,
) -> Result<(), SourceError> {
    let mut request = client.get(url).header(ACCEPT_ENCODING, "identity");
    if partial.written_bytes() > 0 {
        request = request.header(RANGE, format!("bytes={}-", partial.written_bytes()));
    }
    let mut response = request.send().await.map_err(unreachable)?;
    accept(&response, partial)?;
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => partial.append(&chunk)?,
            Ok(None) if partial.is_complete() => return Ok(()),
            Ok(None) => return Err(interrupted(partial, None)),
            Err(error) => return Err(interrupted(partial, Some(error))),
        }
        progress.bytes(&partial.spec.name, partial.written_bytes(), partial.spec.bytes);
    }
}

/// Checks from the head of the answer that its body goes on where the partial file ends.
fn accept(response: &Response, partial: &mut Partial) -> Result<(), SourceError> {
    match response.status() {
        StatusCode::PARTIAL_CONTENT => {
            let header = response
                .headers()
                .get(CONTENT_RANGE)
                .and_then(|value| value.to_str().ok());
            match header.and_then(parse_content_range) {
                Some((start, total)) if start == partial.written_bytes() => match total {
                    Some(total) if total != partial.spec.bytes => Err(partial.wrong_length(total)),
                    _ => Ok(()),
                },
                _ => begin_again(partial),
            }
        }
        StatusCode::OK => {
            // The server does not do ranges and sends everything.
            partial.restart()?;
            match response.content_length() {
                Some(length) if length != partial.spec.bytes => Err(partial.wrong_length(length)),
                _ => Ok(()),
            }
        }
        StatusCode::RANGE_NOT_SATISFIABLE => begin_again(partial),
        status => Err(SourceError::Refused {
            file: partial.spec.name.clone(),
            status: status.as_u16(),
        }),
    }
}

/// The server's idea of the file does not fit what is kept: forget that, and let the next try ask for everything.
fn begin_again(partial: &mut Partial) -> Result<(), SourceError> {
    partial.restart()?;
    Err(interrupted(partial, None))
}

/// `bytes 100-249/250` as (100, Some(250)); the total may be `*`.
fn parse_content_range(header: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = header.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    let total = if total == "*" {
        None
    } else {
        Some(total.parse().ok()?)
    };
    Some((start.parse().ok()?, total))
}

/// Without the address: it is long, the source is named anyway, and a redirect's may carry a signature.
fn unreachable(error: reqwest::Error) -> SourceError {
    SourceError::Unreachable(error.without_url())
}

fn interrupted(partial: &Partial, source: Option<reqwest::Error>) -> SourceError {
    SourceError::Interrupted {
        file: partial.spec.name.clone(),
        done_bytes: partial.written_bytes(),
        total_bytes: partial.spec.bytes,
        source: source.map(reqwest::Error::without_url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_are_read_or_refused() {
        let cases = [
            ("bytes 100-249/250", Some((100, Some(250)))),
            ("bytes 0-9/*", Some((0, None))),
            ("bytes */250", None),
            ("items 0-9/10", None),
            ("bytes 0-9/ten", None),
            ("bytes -9/10", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(parse_content_range(header), expected, "{header}");
        }
    }
}
