//! Who looks after the documents that an import adds.

use std::collections::BTreeMap;

use crate::ids::PersonId;
use crate::workflow::adding::cleaned;
use crate::workflow::app::App;
use crate::workflow::caller::Caller;
use crate::workflow::care::acting;
use crate::workflow::error::WorkflowError;

/// Who can look after the documents of an import.
pub(super) struct LookingAfter {
    /// Whoever imports, unless it is an account that nobody signs in to, as the terminal's is.
    caller: Option<PersonId>,
    /// By their address in small letters.
    by_email: BTreeMap<String, PersonId>,
}

impl LookingAfter {
    pub async fn of(app: &App, caller: &Caller) -> Result<LookingAfter, WorkflowError> {
        let people = app.store.people().await?;
        let can = acting(&people);
        let by_email = people
            .into_iter()
            .filter(|person| can.contains(&person.id))
            .map(|person| (person.email.to_lowercase(), person.id))
            .collect();
        Ok(LookingAfter {
            caller: can.get(&caller.person).cloned(),
            by_email,
        })
    }

    /// Whom a manifest names by their address, else whoever imports; and whether an address led to nobody.
    pub fn whoever(&self, email: Option<&str>) -> (Option<PersonId>, bool) {
        let named = email.and_then(|email| self.by_email.get(&email.to_lowercase()));
        let nobody = email.is_some() && named.is_none();
        (named.or(self.caller.as_ref()).cloned(), nobody)
    }
}

/// What to say of a new document whose address in the manifest led to nobody.
pub(super) fn unknown(email: &str) -> String {
    format!(
        " No source owner's account has the address {}; say under the document who looks after it.",
        cleaned(email)
    )
}
