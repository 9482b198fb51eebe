//! Telling people that a source of theirs was lost, in the transaction in which it is.

use jiff::Timestamp;
use jiff::civil::Date;

use super::app::App;
use super::error::WorkflowError;
use crate::accounts::Role;
use crate::ids::{ItemId, PersonId, VersionId};
use crate::review::State;
use crate::store::{ItemRow, NewNotice, NoticeKind, PersonRow, StalePublication, WriteTx};

/// Tells of one lost source.
pub(super) struct Teller<'a> {
    version: &'a VersionId,
    pub reason: &'a str,
    people: Vec<PersonRow>,
    today: Date,
    now: Timestamp,
}

impl<'a> Teller<'a> {
    pub async fn of(app: &App, version: &'a VersionId, reason: &'a str) -> Result<Teller<'a>, WorkflowError> {
        Ok(Teller {
            version,
            reason,
            people: app.store.people().await?,
            today: app.config.today(),
            now: Timestamp::now(),
        })
    }

    /// Who published something and who asked for it hear that it is to be corrected; where both have left, those who
    /// may withdraw it.
    pub async fn to_correct(
        &self,
        tx: &mut WriteTx,
        publication: &StalePublication,
    ) -> Result<(), WorkflowError> {
        let requester = tx.item(&publication.item).await?.map(|item| item.facts.requester);
        let named = [Some(publication.published_by.clone()), requester];
        let mut people = self.still_here(named.into_iter().flatten());
        if people.is_empty() {
            let publishers = self
                .people
                .iter()
                .filter(|person| person.roles.contains(&Role::Publisher));
            people = self.still_here(publishers.map(|person| person.id.clone()));
        }
        self.tell(
            tx,
            people,
            NoticeKind::ToCorrect,
            &publication.item,
            &publication.title,
        )
        .await
    }

    /// Who asked for a text hears that its approval is void, or that it came back before it was approved; where they have
    /// left, those who edited it.
    pub async fn came_back(
        &self,
        tx: &mut WriteTx,
        item: &ItemRow,
        before: State,
    ) -> Result<(), WorkflowError> {
        let kind = match before {
            State::Approved => NoticeKind::ApprovalLost,
            // What is public is told as something to correct.
            State::Published | State::Stale => return Ok(()),
            _ => NoticeKind::SentBack,
        };
        let mut people = self.still_here([item.facts.requester.clone()]);
        if people.is_empty() {
            people = self.still_here(item.facts.authors.iter().cloned());
        }
        self.tell(tx, people, kind, &item.id, &item.title).await
    }

    /// Each of them once, without those whose accounts are closed.
    fn still_here(&self, named: impl IntoIterator<Item = PersonId>) -> Vec<PersonId> {
        let mut people = Vec::new();
        for id in named {
            let is_here = self
                .people
                .iter()
                .any(|person| person.id == id && !person.disabled);
            if is_here && !people.contains(&id) {
                people.push(id);
            }
        }
        people
    }

    async fn tell(
        &self,
        tx: &mut WriteTx,
        people: Vec<PersonId>,
        kind: NoticeKind,
        item: &ItemId,
        title: &str,
    ) -> Result<(), WorkflowError> {
        let name = match kind {
            NoticeKind::ToCorrect => "to_correct",
            NoticeKind::ApprovalLost => "approval_lost",
            _ => "sent_back",
        };
        for person in people {
            let notice = NewNotice {
                person,
                kind,
                about: format!("{name}:{item}:{}", self.version),
                object: item.to_string(),
                title: title.to_owned(),
                reason: Some(self.reason.to_owned()),
                day: None,
            };
            // It happens in this transaction and in no other, so whoever heard of it before hears of it anew.
            tx.tell(&notice, None, self.today, self.now).await?;
        }
        Ok(())
    }
}
