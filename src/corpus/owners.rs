//! Who looks after a document: its owner, and the deputy once the owner has left.

use crate::ids::PersonId;

/// Who answers for a document today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InCharge<'a> {
    Owner(&'a PersonId),
    /// The owner has left or may not look after documents any more.
    Deputy(&'a PersonId),
    Nobody,
}

impl<'a> InCharge<'a> {
    pub fn person(self) -> Option<&'a PersonId> {
        match self {
            InCharge::Owner(person) | InCharge::Deputy(person) => Some(person),
            InCharge::Nobody => None,
        }
    }
}

/// The first of owner and deputy who can act: somebody with an account that is not disabled and may upload.
pub fn in_charge<'a>(
    owner: Option<&'a PersonId>,
    deputy: Option<&'a PersonId>,
    acts: impl Fn(&PersonId) -> bool,
) -> InCharge<'a> {
    let acting = |person: Option<&'a PersonId>| person.filter(|person| acts(person));
    match (acting(owner), acting(deputy)) {
        (Some(owner), _) => InCharge::Owner(owner),
        (None, Some(deputy)) => InCharge::Deputy(deputy),
        (None, None) => InCharge::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deputy_stands_in_for_an_owner_who_left() {
        let (owner, deputy) = (PersonId::fresh(), PersonId::fresh());
        let (o, d) = (Some(&owner), Some(&deputy));
        for (given, acting, wanted) in [
            ((o, d), vec![&owner, &deputy], InCharge::Owner(&owner)),
            ((o, d), vec![&deputy], InCharge::Deputy(&deputy)),
            ((None, d), vec![&deputy], InCharge::Deputy(&deputy)),
            ((o, d), vec![], InCharge::Nobody),
            ((o, None), vec![&deputy], InCharge::Nobody),
            ((None, None), vec![&owner], InCharge::Nobody),
        ] {
            let found = in_charge(given.0, given.1, |person| acting.contains(&person));
            assert_eq!(found, wanted, "{given:?} with {acting:?}");
        }
    }
}
