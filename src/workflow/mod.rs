//! One function per use case: load, decide, save state and audit entry in one transaction.
//!
//! Every function takes the application and who calls; none trusts that the caller checked anything before.

mod adding;
mod app;
mod audit;
mod caller;
mod care;
mod comparing;
mod conflicts;
mod documents;
mod drafting;
mod editing;
mod error;
mod import_view;
mod imports;
mod items;
mod library;
mod models;
mod newer_sources;
mod notices;
mod originals;
mod people;
mod pilot;
mod public_question;
mod publishing;
mod reminding;
mod requests;
mod resaved;
mod reviewing;
mod risk;
mod searching;
mod sources;
mod telling;
mod templates;
mod views;
mod watching;
mod written;

pub use adding::{Added, How, ImportPlace, NewDocument, add_document};
pub use app::{App, Options};
pub use audit::{audit_page, verify_audit};
pub use caller::Caller;
pub use care::{DocumentCare, acting, change_document};
pub use comparing::{Line, VersionComparison, compare_versions};
pub use conflicts::{Conflict, ConflictSide, Conflicts, conflicts, dismiss_conflict, reopen_conflict};
pub use documents::{approve_version, reject_version, revoke_version, set_version_days};
pub use drafting::{draft_item, lease_job, lease_job_of};
pub use editing::{SectionInput, SentenceInput, TextInput, edit, write_by_hand};
pub use error::WorkflowError;
pub use import_view::{ImportFileView, ImportView, import_list, import_view};
pub use imports::{
    Admitted, ImportOrder, admit_import, begin_import, cancel_import, import_limits, is_lost, run_import,
};
pub use items::{cancel, claim, heartbeat, redraft, release, send_to_review, take_over};
pub use library::{SyncReport, rebuild_index, sources_in_force, sync, sync_with};
pub use models::{
    IndexProgress, IndexStatus, ModelStatus, Models, drafting_settings, load_embedding, start_engine,
};
pub use newer_sources::{CitedSentence, SourceChange, move_to_newer_sources};
pub use notices::{Notice, NoticeObject, notices, notices_unread, read_notice, read_notices_until};
pub use originals::{original, rendition};
pub use people::{
    add_person, ensure_person, first_setup_link, new_setup_link, set_disabled, set_roles, setup_link_person,
    sign_in, sign_out, use_setup_link,
};
pub use pilot::{NewBaseline, add_baseline, delete_baseline, lock_pilot, pilot_report};
pub use publishing::{publish, withdraw};
pub use reminding::{LastLook, remind};
pub use requests::{FaqRequest, NewsletterRequest, request_faq, request_newsletter};
pub use resaved::{Resaved, approve_resaved, resaved_versions};
pub use reviewing::{Decision, decide_item};
pub use risk::Risk;
pub use searching::{Found, SearchFilter, search};
pub use sources::void_lost_sources;
pub use templates::{Template, TemplateSection, template, templates};
pub use views::{ActionName, ItemView, SourcePanel, VersionView, item_view, version_view};
pub use watching::{WatchView, forget_vanished, watch_round, watch_view};
