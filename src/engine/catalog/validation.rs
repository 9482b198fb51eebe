//! What a catalog entry must be before anything is built on it: a name that stays in its folder, a checksum that is
//! one, a package name that cannot be taken for an option.

use super::{CatalogEntry, CatalogFile, HubSource, ModelRole, PipSource, Source};

const EMBEDDING_FILES: [&str; 3] = ["model.safetensors", "tokenizer.json", "config.json"];
const NAME_CHARS_MAX: usize = 128;
const PARTS_MAX: u32 = 1000;

impl CatalogEntry {
    /// Says what is wrong with the entry, if anything is.
    pub fn check(&self) -> Result<(), String> {
        let context = |problem: String| format!("model \"{}\": {problem}", self.id);
        if !is_plain_name(&self.id) || self.id.chars().any(|c| c.is_ascii_uppercase()) {
            return Err(context(
                "the id may have only a-z, 0-9, '.', '_' and '-', and starts with one of a-z, 0-9".into(),
            ));
        }
        if self.name.trim().is_empty() || self.licence.trim().is_empty() {
            return Err(context("name and licence must not be empty".into()));
        }
        for (index, file) in self.files.iter().enumerate() {
            check_file(file).map_err(context)?;
            if self.files.iter().take(index).any(|other| other.name == file.name) {
                return Err(context(format!("the file \"{}\" is there twice", file.name)));
            }
        }
        self.check_role().map_err(context)?;
        self.sources
            .iter()
            .try_for_each(|source| check_source(source, &self.files))
            .map_err(context)
    }

    fn check_role(&self) -> Result<(), String> {
        match self.role {
            ModelRole::Drafting
                if self.files.len() == 1 && self.files.iter().all(|f| f.name.ends_with(".gguf")) =>
            {
                Ok(())
            }
            ModelRole::Drafting => Err("a drafting model has exactly one file, a .gguf".into()),
            ModelRole::Embedding => {
                match EMBEDDING_FILES
                    .iter()
                    .find(|name| self.files.iter().all(|file| file.name != **name))
                {
                    Some(missing) => Err(format!("an embedding model needs a file {missing}")),
                    None => Ok(()),
                }
            }
        }
    }
}

fn check_file(file: &CatalogFile) -> Result<(), String> {
    // The cache keeps its own files beside these: hidden ones, and those that end in ".partial".
    if !is_plain_name(&file.name) || file.name.ends_with(".partial") {
        return Err(format!("\"{}\" is not a plain file name", file.name));
    }
    if file.bytes == 0 {
        return Err(format!("the file \"{}\" has no length", file.name));
    }
    if !is_lower_hex(&file.sha256, 64) {
        return Err(format!(
            "the sha256 of \"{}\" is not 64 lower-case hexadecimal digits",
            file.name
        ));
    }
    Ok(())
}

fn check_source(source: &Source, files: &[CatalogFile]) -> Result<(), String> {
    match source {
        Source::Hub(hub) => check_hub(hub),
        Source::Pip(pip) => check_pip(pip, files),
    }
}

fn check_hub(hub: &HubSource) -> Result<(), String> {
    if !hub.base_url.starts_with("https://") && !hub.base_url.starts_with("http://") {
        return Err(format!("\"{}\" is not the address of a hub", hub.base_url));
    }
    let parts: Vec<&str> = hub.repository.split('/').collect();
    if parts.len() != 2 || !parts.iter().all(|part| is_plain_name(part)) {
        return Err(format!(
            "the hub repository \"{}\" is not owner/name",
            hub.repository
        ));
    }
    if !is_lower_hex(&hub.revision, 40) {
        return Err(format!(
            "the revision \"{}\" is not a commit (40 hexadecimal digits)",
            hub.revision
        ));
    }
    Ok(())
}

fn check_pip(pip: &PipSource, files: &[CatalogFile]) -> Result<(), String> {
    if !is_plain_name(&pip.package.replace("{n}", "1")) || !is_plain_name(&pip.version) {
        return Err(format!(
            "\"{}=={}\" is not a package and a version",
            pip.package, pip.version
        ));
    }
    if pip.member.is_empty() {
        return Err(format!("the package {} has no member path", pip.package));
    }
    if pip.parts == 0 || pip.parts > PARTS_MAX {
        return Err(format!(
            "parts must be between 1 and {PARTS_MAX}, not {}",
            pip.parts
        ));
    }
    if pip.parts == 1 {
        return Ok(());
    }
    let Some(part_bytes) = pip.part_bytes.filter(|bytes| *bytes > 0) else {
        return Err(format!(
            "the package {} has {} parts and needs part_bytes",
            pip.package, pip.parts
        ));
    };
    match files
        .iter()
        .find(|file| file.bytes.div_ceil(part_bytes) != u64::from(pip.parts))
    {
        Some(file) => Err(format!(
            "{} parts of {part_bytes} bytes do not make up \"{}\"",
            pip.parts, file.name
        )),
        None => Ok(()),
    }
}

/// A name that is one path component, is no option, is not hidden, and needs no quoting anywhere.
fn is_plain_name(name: &str) -> bool {
    name.len() <= NAME_CHARS_MAX
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn is_lower_hex(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
