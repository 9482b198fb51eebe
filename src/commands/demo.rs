//! `countersign demo`: models, a sample district, one person per role, and the application.

use std::path::Path;
use std::time::Instant;

use super::accounts::site;
use super::arguments::{DemoArguments, Place};
use super::opening::{WITH_DRAFTING, caller};
use super::sample_district::{ManifestDistrict, load, manifest};
use super::terminal::{Failure, progress, table};
use crate::accounts::{Role, Roles};
use crate::config::Config;
use crate::workflow::{App, Caller, ensure_person, sync_with};

/// Marks a data directory as the demo's, so that `--reset` empties nothing else.
const MARKER: &str = "this-is-a-demo";

struct DemoPerson {
    name: &'static str,
    email: &'static str,
    password: &'static str,
    role: Role,
}

/// One person per role, and two where two people are needed. The passwords are known to everybody: the demo
/// listens on this machine alone.
const PEOPLE: [DemoPerson; 9] = [
    demo_person(
        "Dana Whitfield",
        "dana@quillhaven.example",
        "requester-demo-2026",
        Role::Requester,
    ),
    demo_person(
        "Rosa Ortiz",
        "rosa@quillhaven.example",
        "reviewer-demo-2026",
        Role::Reviewer,
    ),
    demo_person(
        "Sam Okafor",
        "sam@quillhaven.example",
        "second-reviewer-demo-2026",
        Role::Reviewer,
    ),
    demo_person(
        "Marcus Bell",
        "marcus@quillhaven.example",
        "source-owner-demo-2026",
        Role::SourceOwner,
    ),
    demo_person(
        "Ines Duarte",
        "ines@quillhaven.example",
        "second-owner-demo-2026",
        Role::SourceOwner,
    ),
    demo_person(
        "Priya Raman",
        "priya@quillhaven.example",
        "publisher-demo-2026",
        Role::Publisher,
    ),
    demo_person(
        "Lee Tran",
        "lee@quillhaven.example",
        "pilot-lead-demo-2026",
        Role::PilotLead,
    ),
    demo_person(
        "Alex Morgan",
        "alex@quillhaven.example",
        "administrator-demo-2026",
        Role::Administrator,
    ),
    demo_person(
        "Joan Fisher",
        "joan@quillhaven.example",
        "auditor-demo-2026",
        Role::Auditor,
    ),
];

const fn demo_person(
    name: &'static str,
    email: &'static str,
    password: &'static str,
    role: Role,
) -> DemoPerson {
    DemoPerson {
        name,
        email,
        password,
        role,
    }
}

pub async fn run(place: &Place, arguments: DemoArguments) -> Result<(), Failure> {
    let begun = Instant::now();
    if arguments.reset {
        reset(&place.data)?;
    }
    let manifest = manifest()?;
    let mut config = Config::load(place.config.as_deref(), &place.data)?;
    config.server.port = arguments.port.unwrap_or(config.server.port);
    as_district(&mut config, &manifest.district);
    let listener = super::serve::listen(&config).await?;
    super::models::fetch(super::models::defaults(&config)).await?;
    mark(&place.data)?;
    let app = App::open(config, &place.data, WITH_DRAFTING).await?;
    let people = people(&app).await?;
    let [adder, approver] = owners(&people)?;
    load(&app, &adder, &approver, &manifest).await?;
    sync_with(&app, |done, all| {
        if done < all {
            progress(&format!("indexing document {} of {all}", done + 1));
        }
    })
    .await?;
    tell(&app, begun);
    open_browser(&site(&app));
    super::serve::serve(app, listener, 1).await
}

/// The demo's pages carry the sample district's name unless the settings name another.
fn as_district(config: &mut Config, district: &ManifestDistrict) {
    let unset = Config::load(None, Path::new("/nowhere")).map(|default| default.district.name);
    if unset.is_ok_and(|name| name == config.district.name) {
        config.district.name.clone_from(&district.name);
        config.district.short_name.clone_from(&district.short_name);
        config.district.time_zone.clone_from(&district.time_zone);
        config.district.contact = format!(
            "{}, {}, {}",
            district.contact, district.contact_email, district.contact_phone
        );
    }
}

fn reset(data: &Path) -> Result<(), Failure> {
    if !data.exists() {
        return Ok(());
    }
    if !data.join(MARKER).exists() {
        return Err(Failure::new(format!(
            "{} was not made by the demo, so --reset leaves it alone; name another directory with --data.",
            data.display()
        )));
    }
    std::fs::remove_dir_all(data)
        .map_err(|error| Failure::new(format!("{} can't be emptied: {error}.", data.display())))
}

/// A directory that somebody works in for real must never become a demo with well-known passwords.
fn mark(data: &Path) -> Result<(), Failure> {
    if data.join(MARKER).exists() {
        return Ok(());
    }
    if data.join("countersign.db").exists() {
        return Err(Failure::new(format!(
            "{} holds a real Countersign; the demo would add accounts with well-known passwords to it. Name another directory with --data.",
            data.display()
        )));
    }
    std::fs::create_dir_all(data)
        .and_then(|()| {
            std::fs::write(
                data.join(MARKER),
                "Made by `countersign demo`; --reset empties this directory.\n",
            )
        })
        .map_err(|error| {
            Failure::new(format!(
                "The data directory {} can't be written: {error}.",
                data.display()
            ))
        })
}

async fn people(app: &App) -> Result<Vec<(Role, Caller)>, Failure> {
    let mut people = Vec::new();
    for person in &PEOPLE {
        let roles = Roles::from([person.role]);
        let row = ensure_person(
            app,
            person.name,
            person.email,
            roles,
            Some(person.password.to_owned()),
        )
        .await?;
        people.push((person.role, caller(row)));
    }
    Ok(people)
}

fn owners(people: &[(Role, Caller)]) -> Result<[Caller; 2], Failure> {
    let owners: Vec<Caller> = people
        .iter()
        .filter(|(role, _)| *role == Role::SourceOwner)
        .map(|(_, caller)| caller.clone())
        .collect();
    owners
        .try_into()
        .map_err(|_| Failure::new("The demo needs two source owners; start it over with --reset."))
}

fn tell(app: &App, begun: Instant) {
    let mut lines = vec![["role", "name", "e-mail", "password"].map(String::from).to_vec()];
    for person in &PEOPLE {
        let role = person.role.as_str().replace('_', " ");
        lines.push(vec![
            role,
            person.name.into(),
            person.email.into(),
            person.password.into(),
        ]);
    }
    let site = site(app);
    progress(&format!("\n{}\n", table(&lines)));
    progress(&format!(
        "Ready after {} s. Countersign is at {site}",
        begun.elapsed().as_secs()
    ));
    progress(&format!(
        "The public FAQ page is at {site}/faq. Stop with Ctrl-C; a second start keeps the data."
    ));
}

/// Opens the application where there is a desktop to open it on.
fn open_browser(url: &str) {
    let has_desktop = std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some();
    let program = match std::env::consts::OS {
        "macos" => "open",
        "linux" if has_desktop => "xdg-open",
        _ => return,
    };
    // Without a browser the address is printed all the same.
    let _ = std::process::Command::new(program)
        .arg(url)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
}
