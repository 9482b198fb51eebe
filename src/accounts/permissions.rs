//! The permission table: which role may do what. The one place where roles are turned into permission.
//!
//! What a permission lets somebody do to one item in one state is `review::decide`'s business.

use std::fmt;

use super::roles::{Role, Roles};

/// Something a route needs. The names are part of the API: the staff application asks them of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    ItemRead,
    ItemRequest,
    ItemEdit,
    ItemReview,
    ItemPublish,
    DocumentRead,
    DocumentUpload,
    DocumentApprove,
    DocumentEdit,
    PilotRead,
    PilotWrite,
    AuditRead,
    PeopleManage,
}

impl Permission {
    pub const ALL: [Permission; 13] = [
        Permission::ItemRead,
        Permission::ItemRequest,
        Permission::ItemEdit,
        Permission::ItemReview,
        Permission::ItemPublish,
        Permission::DocumentRead,
        Permission::DocumentUpload,
        Permission::DocumentApprove,
        Permission::DocumentEdit,
        Permission::PilotRead,
        Permission::PilotWrite,
        Permission::AuditRead,
        Permission::PeopleManage,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Permission::ItemRead => "item.read",
            Permission::ItemRequest => "item.request",
            Permission::ItemEdit => "item.edit",
            Permission::ItemReview => "item.review",
            Permission::ItemPublish => "item.publish",
            Permission::DocumentRead => "document.read",
            Permission::DocumentUpload => "document.upload",
            Permission::DocumentApprove => "document.approve",
            Permission::DocumentEdit => "document.edit",
            Permission::PilotRead => "pilot.read",
            Permission::PilotWrite => "pilot.write",
            Permission::AuditRead => "audit.read",
            Permission::PeopleManage => "people.manage",
        }
    }

    /// What it lets somebody do, to complete "You may not …".
    pub fn in_words(self) -> &'static str {
        match self {
            Permission::ItemRead => "read items of the queue",
            Permission::ItemRequest => "ask for drafts",
            Permission::ItemEdit => "edit drafts",
            Permission::ItemReview => "review drafts",
            Permission::ItemPublish => "publish or withdraw",
            Permission::DocumentRead => "read the district's documents",
            Permission::DocumentUpload => "upload documents",
            Permission::DocumentApprove => "approve, reject or revoke documents",
            Permission::DocumentEdit => "say who looks after a document",
            Permission::PilotRead => "read the pilot's figures",
            Permission::PilotWrite => "change the pilot's baseline",
            Permission::AuditRead => "read the audit log",
            Permission::PeopleManage => "manage accounts",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The roles that carry a permission.
pub fn roles_with(permission: Permission) -> &'static [Role] {
    use Role::{Administrator, Auditor, PilotLead, Publisher, Requester, Reviewer, SourceOwner};
    match permission {
        // Items and documents are the district's shared work; whoever has a role reads them.
        Permission::ItemRead | Permission::DocumentRead => &Role::ALL,
        Permission::ItemRequest => &[Requester],
        Permission::ItemEdit => &[Requester, Reviewer],
        Permission::ItemReview => &[Reviewer],
        Permission::ItemPublish => &[Publisher],
        Permission::DocumentUpload | Permission::DocumentApprove => &[SourceOwner],
        // When an owner has left without a deputy, somebody must be able to name another.
        Permission::DocumentEdit => &[SourceOwner, Administrator],
        Permission::PilotRead => &[PilotLead, Administrator, Auditor],
        Permission::PilotWrite => &[PilotLead],
        Permission::AuditRead => &[Auditor, Administrator],
        Permission::PeopleManage => &[Administrator],
    }
}

/// Whether somebody with these roles has a permission.
pub fn may(roles: &Roles, permission: Permission) -> bool {
    roles_with(permission).iter().any(|role| roles.contains(role))
}

/// Everything that somebody with these roles has.
pub fn permissions(roles: &Roles) -> Vec<Permission> {
    Permission::ALL
        .into_iter()
        .filter(|permission| may(roles, *permission))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The table written out by hand once more; a change must be made in both places on purpose.
    const EXPECTED: &[(Role, &str)] = &[
        (Role::Requester, "item.read item.request item.edit document.read"),
        (Role::Reviewer, "item.read item.edit item.review document.read"),
        (
            Role::SourceOwner,
            "item.read document.read document.upload document.approve document.edit",
        ),
        (Role::Publisher, "item.read item.publish document.read"),
        (Role::PilotLead, "item.read document.read pilot.read pilot.write"),
        (
            Role::Administrator,
            "item.read document.read document.edit pilot.read audit.read people.manage",
        ),
        (Role::Auditor, "item.read document.read pilot.read audit.read"),
    ];

    fn names(roles: &Roles) -> String {
        let names: Vec<&str> = permissions(roles).into_iter().map(Permission::name).collect();
        names.join(" ")
    }

    #[test]
    fn each_role_has_exactly_its_permissions() {
        assert_eq!(
            EXPECTED.len(),
            Role::ALL.len(),
            "a role is missing from the table"
        );
        for (role, expected) in EXPECTED {
            assert_eq!(names(&Roles::from([*role])), *expected, "{role}");
        }
    }

    #[test]
    fn without_a_role_nothing_is_permitted() {
        assert_eq!(names(&Roles::new()), "");
    }

    proptest! {
        #[test]
        fn several_roles_have_what_each_has(chosen in proptest::collection::btree_set(0usize..7, 0..7)) {
            let roles: Roles = chosen.iter().map(|index| Role::ALL[*index]).collect();
            for permission in Permission::ALL {
                let one_has = roles.iter().any(|role| may(&Roles::from([*role]), permission));
                prop_assert_eq!(may(&roles, permission), one_has);
            }
        }
    }
}
