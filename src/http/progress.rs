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
use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;
use tokio::time::Instant;
use utoipa_axum::routes;

use super::dto;
use super::extract::Named;
use super::guard::Access;
use super::items::exists;
use super::problem::Problem;
use super::routes::Guarded;
use crate::accounts::Permission;
use crate::drafting;
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
    let seen = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
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
    ready: VecDeque<Event>,
    /// The run's last event is among those ready.
    end_read: bool,
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
            end_read: false,
            ended: false,
            until: Instant::now() + STREAM_MAX,
        }
    }

    /// The next event; `None` when the run has ended or the database can't be asked.
    async fn next(&mut self) -> Option<Event> {
        while !self.ended && Instant::now() < self.until {
            if let Some(event) = self.ready.pop_front() {
                self.ended = self.ready.is_empty() && self.end_read;
                return Some(event);
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
            self.end_read = found.iter().any(is_end);
            self.ready.extend(found.iter().flat_map(events));
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

fn is_end(progress: &Progress) -> bool {
    progress.event.get("event").and_then(Value::as_str) == Some("end")
}

/// What one stored event becomes. The number stands on the last, so that none is lost between two of them.
fn events(stored: &Progress) -> Vec<Event> {
    let data = stored.event.get("data").cloned().unwrap_or_default();
    let id = stored.seq.to_string();
    if is_end(stored) {
        return vec![Event::default().event("end").id(id).data(data.to_string())];
    }
    let Ok(progress) = serde_json::from_value::<drafting::Progress>(data) else {
        // One that another release wrote; the steps around it tell enough.
        return vec![Event::default().comment("unreadable").id(id)];
    };
    let (progress, sentence) = shown(progress);
    let sentence = sentence.map(|sentence| named("sentence", &sentence));
    sentence
        .into_iter()
        .chain([named("progress", &progress).id(id)])
        .collect()
}

fn named(name: &str, data: &impl Serialize) -> Event {
    let text = serde_json::to_string(data).unwrap_or_default();
    Event::default().event(name).data(text)
}

/// A sentence without a verdict is still being written; with one it is an event of its own.
fn shown(progress: drafting::Progress) -> (dto::ProgressEvent, Option<dto::SentenceEvent>) {
    let (text, sentence) = match progress.sentence {
        Some(drafting::SentenceProgress {
            index,
            text,
            support: Some(support),
        }) => {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            (
                None,
                Some(dto::SentenceEvent {
                    index,
                    text,
                    support: support.into(),
                }),
            )
        }
        Some(written) => (Some(written.text), None),
        None => (None, None),
    };
    let event = dto::ProgressEvent {
        step: progress.step.into(),
        status: progress.status.into(),
        detail: progress.detail,
        seconds: progress.seconds,
        tokens: progress.tokens,
        text,
    };
    (event, sentence)
}

/// For whoever comes after the last event, or where the run ended without one.
fn end(read: u64, state: ItemState) -> Event {
    named("end", &dto::EndEvent { state: state.into() }).id(read.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_text_until_it_has_its_verdict() {
        let progress = |support| drafting::Progress {
            step: drafting::Step::Write,
            status: drafting::StepStatus::Running,
            detail: "writing".into(),
            seconds: 1.5,
            tokens: 9,
            sentence: Some(drafting::SentenceProgress {
                index: 2,
                text: "Lunch is free.".into(),
                support,
            }),
        };
        let (written, sentence) = shown(progress(None));
        assert_eq!(
            (written.text.as_deref(), sentence),
            (Some("Lunch is free."), None)
        );
        let (checked, sentence) = shown(progress(Some(drafting::Support::Supported)));
        let expected = dto::SentenceEvent {
            index: 2,
            text: "Lunch is free.".into(),
            support: dto::Support::Supported,
        };
        assert_eq!((checked.text, sentence), (None, Some(expected)));
    }
}
