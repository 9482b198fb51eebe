//! The live progress of a drafting run as Server-Sent Events, resumable after a lost connection.
//!
//! The database has every event; the broadcast only says when to look, and a look a second covers what it misses
//! (a worker in another process, a reader that lagged behind).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{self, Stream};
use tokio::sync::broadcast;
use tokio::time::Instant;
use utoipa_axum::routes;

use super::extract::Named;
use super::guard::Access;
use super::items::exists;
use super::problem::Problem;
use super::routes::Guarded;
use crate::accounts::Permission;
use crate::ids::ItemId;
use crate::review::State as ItemState;
use crate::store::{Progress, StoreError};
use crate::workflow::App;

const LOOK_EVERY: Duration = Duration::from_secs(1);
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);
/// After this long the browser connects again, and its session is looked at again.
const STREAM_MAX: Duration = Duration::from_secs(10 * 60);

pub fn routes() -> Vec<Guarded> {
    vec![Guarded::new(Access::May(Permission::ItemRead), routes!(follow_progress)).long()]
}

#[utoipa::path(get, path = "/items/{id}/progress", tag = "items",
    params(("id" = String, Path), ("Last-Event-ID" = Option<u64>, Header)),
    responses((status = OK, content_type = "text/event-stream", body = String,
        description = "Events `progress` (ProgressEvent), `sentence` (SentenceEvent), `end` (EndEvent); `id` rises.")))]
async fn follow_progress(
    State(app): State<App>,
    Named(id): Named<ItemId>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    exists(&app, &id).await?;
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let follower = Follower::new(app, id, seen);
    let events = stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_EVERY)))
}

struct Follower {
    app: App,
    item: ItemId,
    told: broadcast::Receiver<(ItemId, u64)>,
    /// Number of the last event that was read.
    read: u64,
    /// Without a number to resume from, what belongs to an earlier run is left out.
    fresh: bool,
    ready: VecDeque<Progress>,
    ended: bool,
    until: Instant,
}

impl Follower {
    fn new(app: App, item: ItemId, seen: Option<u64>) -> Follower {
        Follower {
            told: app.progress.subscribe(),
            app,
            item,
            read: seen.unwrap_or(0),
            fresh: seen.is_none(),
            ready: VecDeque::new(),
            ended: false,
            until: Instant::now() + STREAM_MAX,
        }
    }

    /// The next event; `None` when the run has ended or the database can't be asked.
    async fn next(&mut self) -> Option<Event> {
        while !self.ended && Instant::now() < self.until {
            if let Some(progress) = self.ready.pop_front() {
                self.ended = is_end(&progress);
                return Some(event(&progress));
            }
            match self.look().await {
                Ok(None) => {}
                Ok(Some(state)) => {
                    self.ended = true;
                    return Some(end(self.read, state));
                }
                Err(error) => {
                    // The browser connects again by itself and resumes where it was.
                    tracing::warn!(error = %error, item = %self.item, "progress could not be read");
                    return None;
                }
            }
        }
        None
    }

    /// Reads what is new, or waits for it; the item's state where nothing new will come.
    async fn look(&mut self) -> Result<Option<ItemState>, StoreError> {
        // The state is read first: what is written before it changes is then sure to be among the events.
        let state = self.app.store.item(&self.item).await?.map(|row| row.facts.state);
        let drafting = matches!(state, Some(ItemState::Requested | ItemState::Drafting));
        let mut found = self.app.store.progress_since(&self.item, self.read).await?;
        if let Some(last) = found.last() {
            self.read = last.seq;
        }
        if self.fresh && drafting {
            // An earlier run's end must not end the stream of this one.
            let earlier = found.iter().rposition(is_end).map_or(0, |place| place + 1);
            found.drain(..earlier);
        }
        self.fresh = false;
        if !found.is_empty() {
            self.ready.extend(found);
            return Ok(None);
        }
        if !drafting {
            return Ok(state);
        }
        self.wait().await;
        Ok(None)
    }

    async fn wait(&mut self) {
        let item = &self.item;
        let told = &mut self.told;
        let news = async {
            loop {
                match told.recv().await {
                    Ok((about, _)) if about != *item => {}
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                    // Without a teller the look a second remains.
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        let _ = tokio::time::timeout(LOOK_EVERY, news).await;
    }
}

fn name(progress: &Progress) -> &str {
    progress.event.get("event").and_then(serde_json::Value::as_str).unwrap_or("progress")
}

fn is_end(progress: &Progress) -> bool {
    name(progress) == "end"
}

fn event(progress: &Progress) -> Event {
    let data = progress.event.get("data").unwrap_or(&serde_json::Value::Null);
    Event::default().event(name(progress)).id(progress.seq.to_string()).data(data.to_string())
}

/// For whoever comes after the last event, or where the run ended without one.
fn end(read: u64, state: ItemState) -> Event {
    let data = serde_json::json!({ "state": state });
    Event::default().event("end").id(read.to_string()).data(data.to_string())
}
