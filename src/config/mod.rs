//! Every setting: embedded default, file, environment and flags, in that order, validated once.
//!
//! `default.toml` beside this file is the documentation of every setting.

mod clock;

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::Deserialize;

pub use clock::Clock;

const DEFAULT: &str = include_str!("default.toml");
const ENVIRONMENT_PREFIX: &str = "COUNTERSIGN_";

/// The settings of one process, checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub district: District,
    pub server: Server,
    pub database: Database,
    pub models: Models,
    pub drafting: Drafting,
    pub review: Review,
    pub documents: Documents,
    pub pilot: Pilot,
    /// Not a setting: where the time that makes a day comes from.
    #[serde(skip)]
    pub clock: Clock,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct District {
    pub name: String,
    pub short_name: String,
    pub colour: String,
    pub time_zone: String,
    pub contact: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub address: std::net::IpAddr,
    pub port: u16,
    pub public_url: String,
    pub upload_mib_max: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Models {
    pub drafting: String,
    pub embedding: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drafting {
    pub workers: usize,
    pub queue_max: usize,
    pub question_characters_max: usize,
    pub evidence_tokens_max: usize,
    pub answerable_threshold: f32,
    pub contact_line: bool,
    #[serde(default)]
    pub supported_min: Option<f32>,
    #[serde(default)]
    pub support_threshold: Option<f32>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    pub due_days: i32,
    pub expires_soon_days: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documents {
    pub seconds_max: u64,
    pub memory_mib_max: u64,
    pub text_mib_max: u64,
    /// Lists of expressions for the same thing.
    pub vocabulary: Vec<Vec<String>>,
    pub import_files_max: u64,
    pub import_mib_max: u64,
    /// A folder of this machine; empty if none is watched.
    pub watch: String,
    pub watch_as: String,
    pub watch_owner: String,
    pub watch_seconds: u64,
    pub ocr: bool,
    pub ocr_language: String,
    pub ocr_seconds_max: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pilot {
    pub samples_wanted: usize,
}

/// A setting that can't be used, and where it stands.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the settings file {path} can't be read; check that it exists and that this account may read it")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{place} is not valid: {reason}")]
    Invalid { place: String, reason: String },
}

impl Config {
    /// Reads the default, then `file` (or `countersign.toml` in the data directory), then the environment.
    pub fn load(file: Option<&Path>, data: &Path) -> Result<Config, ConfigError> {
        let beside = data.join("countersign.toml");
        let chosen = file
            .map(Path::to_path_buf)
            .or_else(|| beside.is_file().then_some(beside));
        let text = match &chosen {
            Some(path) => std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
                path: path.clone(),
                source,
            })?,
            None => String::new(),
        };
        let place = chosen.map_or_else(|| "the settings".to_owned(), |path| path.display().to_string());
        let environment = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
        Config::from_parts(&text, &place, environment)
    }

    fn from_parts(
        text: &str,
        place: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let invalid = |reason: toml::de::Error| ConfigError::Invalid {
            place: place.to_owned(),
            reason: reason.message().to_owned(),
        };
        let mut table: toml::Table =
            DEFAULT
                .parse()
                .map_err(|reason: toml::de::Error| ConfigError::Invalid {
                    place: "the embedded default".into(),
                    reason: reason.to_string(),
                })?;
        lay_over(&mut table, text.parse().map_err(invalid)?);
        set_from_environment(&mut table, environment)?;
        let config: Config = table.try_into().map_err(invalid)?;
        config.checked(place)
    }

    fn checked(self, place: &str) -> Result<Config, ConfigError> {
        let invalid = |key: &str, reason: &str| {
            Err(ConfigError::Invalid {
                place: format!("{key} in {place}"),
                reason: reason.to_owned(),
            })
        };
        if TimeZone::get(&self.district.time_zone).is_err() {
            return invalid("district.time_zone", "it must be a name such as America/Chicago");
        }
        if !self.district.colour.is_empty() && !is_colour(&self.district.colour) {
            return invalid("district.colour", "it must look like #1a5fb4");
        }
        let url = &self.server.public_url;
        if !(url.is_empty() || url.starts_with("http://") || url.starts_with("https://")) {
            return invalid("server.public_url", "it must start with http:// or https://");
        }
        for (key, value) in [
            (
                "drafting.answerable_threshold",
                Some(self.drafting.answerable_threshold),
            ),
            ("drafting.supported_min", self.drafting.supported_min),
            ("drafting.support_threshold", self.drafting.support_threshold),
        ] {
            if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
                return invalid(key, "it must be between 0 and 1");
            }
        }
        if self.server.upload_mib_max == 0 || self.server.upload_mib_max > 500 {
            return invalid("server.upload_mib_max", "it must be between 1 and 500");
        }
        let documents = &self.documents;
        if !(1..=100_000).contains(&documents.import_files_max) {
            return invalid("documents.import_files_max", "it must be between 1 and 100000");
        }
        if !(1..=100_000).contains(&documents.import_mib_max) {
            return invalid("documents.import_mib_max", "it must be between 1 and 100000");
        }
        if !documents.watch.is_empty() && !Path::new(&documents.watch).is_absolute() {
            return invalid("documents.watch", "it must be a whole path, from the root on");
        }
        if !documents.watch.is_empty() && documents.watch_as.is_empty() {
            return invalid(
                "documents.watch_as",
                "it must be the e-mail address of the account that adds what is in the watched folder",
            );
        }
        if !(1..=86_400).contains(&documents.watch_seconds) {
            return invalid("documents.watch_seconds", "it must be between 1 and 86400");
        }
        if !is_ocr_language(&documents.ocr_language) {
            return invalid("documents.ocr_language", "it must look like eng or eng+spa");
        }
        if !(1..=3_600).contains(&documents.ocr_seconds_max) {
            return invalid("documents.ocr_seconds_max", "it must be between 1 and 3600");
        }
        if !(1..=365).contains(&self.review.due_days) {
            return invalid("review.due_days", "it must be between 1 and 365");
        }
        if !(0..=365).contains(&self.review.expires_soon_days) {
            return invalid("review.expires_soon_days", "it must be between 0 and 365");
        }
        Ok(self)
    }

    /// The district's time zone; checked when the settings were read.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.district.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// Today, where the district is.
    pub fn today(&self) -> jiff::civil::Date {
        self.clock.now().to_zoned(self.time_zone()).date()
    }

    /// Whether people reach the site over https, so that cookies can be Secure.
    pub fn is_https(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Names of tesseract's languages, with a plus between them. They become an argument of that program.
fn is_ocr_language(text: &str) -> bool {
    text.split('+')
        .all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

fn lay_over(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

/// `COUNTERSIGN_SERVER_PORT=80` sets `server.port`. Variables that name no setting are other tools' business.
fn set_from_environment(
    table: &mut toml::Table,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<(), ConfigError> {
    for (variable, text) in environment {
        let Some(name) = variable.strip_prefix(ENVIRONMENT_PREFIX) else {
            continue;
        };
        let name = name.to_ascii_lowercase();
        for (section, settings) in table.iter_mut() {
            let Some(key) = name
                .strip_prefix(section.as_str())
                .and_then(|rest| rest.strip_prefix('_'))
            else {
                continue;
            };
            let Some(setting) = settings.as_table_mut().and_then(|settings| settings.get_mut(key)) else {
                continue;
            };
            *setting = like(setting, &text).ok_or_else(|| ConfigError::Invalid {
                place: format!("the environment variable {variable}"),
                reason: format!("\"{text}\" is not a {}", setting.type_str()),
            })?;
        }
    }
    Ok(())
}

fn like(setting: &toml::Value, text: &str) -> Option<toml::Value> {
    Some(match setting {
        toml::Value::Integer(_) => toml::Value::Integer(text.parse().ok()?),
        toml::Value::Float(_) => toml::Value::Float(text.parse().ok()?),
        toml::Value::Boolean(_) => toml::Value::Boolean(text.parse().ok()?),
        _ => toml::Value::String(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let environment = environment
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Config::from_parts(text, "countersign.toml", environment)
    }

    #[test]
    fn the_embedded_default_is_valid() {
        let config = load("", &[]).expect("the default loads");
        assert_eq!(config.server.port, 8080);
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let config = load("[server]\nport = 81\n", &[("COUNTERSIGN_SERVER_PORT", "82")]).expect("loads");
        assert_eq!(config.server.port, 82);
        let config = load("[server]\nport = 81\n", &[("COUNTERSIGN_MODELS", "/weights")]).expect("loads");
        assert_eq!(config.server.port, 81);
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (text, named) in [
            ("[district]\ntime_zone = \"Mars/Base\"\n", "district.time_zone"),
            ("[district]\ncolour = \"red\"\n", "district.colour"),
            (
                "[drafting]\nanswerable_threshold = 1.5\n",
                "drafting.answerable_threshold",
            ),
            ("[review]\nexpires_soon_days = -1\n", "review.expires_soon_days"),
            ("[documents]\nwatch = \"/share\"\n", "documents.watch_as"),
            (
                "[documents]\nwatch = \"share\"\nwatch_as = \"a@b.example\"\n",
                "documents.watch",
            ),
            ("[documents]\nwatch_seconds = 0\n", "documents.watch_seconds"),
            ("[documents]\nimport_mib_max = 0\n", "documents.import_mib_max"),
            (
                "[documents]\nocr_language = \"eng -x\"\n",
                "documents.ocr_language",
            ),
            ("[server]\nprot = 80\n", "prot"),
            ("[server\n", "countersign.toml"),
        ] {
            let error = load(text, &[]).expect_err(text).to_string();
            assert!(error.contains(named), "{error} does not name {named}");
        }
        let error = load("", &[("COUNTERSIGN_SERVER_PORT", "many")]).expect_err("not a number");
        assert!(error.to_string().contains("COUNTERSIGN_SERVER_PORT"), "{error}");
    }
}
