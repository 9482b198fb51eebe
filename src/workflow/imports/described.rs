//! The files of an import with what its manifest says of each, and what the manifest says of no file.

use std::collections::HashMap;

use crate::corpus::imports::{Facts, Fate, Found, ImportLimits, Manifest, Material, read_manifest};

pub(super) struct Described {
    pub files: Vec<(Found, Facts)>,
    /// Names that are in the manifest alone, each with what is wrong about that.
    pub loose: Vec<(String, String)>,
}

/// Reads the manifest, if there is one. A manifest of which nothing can be trusted stops the import before its first
/// file, in words for whoever made it.
pub(super) async fn describe(
    material: &Material,
    mut found: Vec<Found>,
    limits: &ImportLimits,
    given: &Facts,
) -> Result<Described, String> {
    let manifests: Vec<usize> = (0..found.len()).filter(|at| found[*at].is_manifest()).collect();
    let (name, manifest) = match manifests.as_slice() {
        [] => (String::new(), Manifest::default()),
        [at] => {
            let name = found[*at].path.clone();
            let bytes = material.read(&found[*at], limits).await;
            let bytes = bytes.map_err(|why| format!("{name}: {why}. Nothing was added."))?;
            let manifest = read_manifest(&name, &bytes).map_err(|error| error.to_string())?;
            found[*at].fate =
                Fate::PassedOver("it is the manifest; what it says of the other files was taken".into());
            (name, manifest)
        }
        _ => {
            return Err(
                "There is a manifest.toml and a manifest.csv, and they may differ. Nothing was added; leave one of them out."
                    .to_owned(),
            );
        }
    };
    Ok(laid_over(found, &name, manifest, given))
}

/// What the manifest says of a file goes before what was given for all; a file of a wrong line is not read.
fn laid_over(found: Vec<Found>, name: &str, manifest: Manifest, given: &Facts) -> Described {
    let mut entries: HashMap<String, (usize, Facts)> = manifest
        .entries
        .into_iter()
        .map(|entry| (entry.file, (entry.line, entry.facts)))
        .collect();
    let mut problems = manifest.problems;
    let mut files = Vec::with_capacity(found.len());
    for mut file in found {
        let facts = match entries.remove(&file.path) {
            Some((_, facts)) => over(facts, given),
            None => given.clone(),
        };
        let (own, others) = problems
            .into_iter()
            .partition::<Vec<_>, _>(|problem| problem.file.as_deref() == Some(&file.path));
        problems = others;
        if let Some(problem) = own.first() {
            file.fate = Fate::Failed(format!(
                "in {name}, line {}: {}, so the file was not added. Put the line right and add it again",
                problem.line, problem.reason
            ));
        }
        files.push((file, facts));
    }
    let mut loose: Vec<(usize, String, String)> = problems
        .into_iter()
        .map(|problem| {
            let path = problem
                .file
                .unwrap_or_else(|| format!("{name}, line {}", problem.line));
            (
                problem.line,
                path,
                format!("{name}, line {}: {}.", problem.line, problem.reason),
            )
        })
        .collect();
    loose.extend(entries.into_iter().map(|(file, (line, _))| {
        let why = format!(
            "{name}, line {line} names this file, but it is not among those that were added. Check its name."
        );
        (line, file, why)
    }));
    loose.sort();
    Described {
        files,
        loose: loose.into_iter().map(|(_, path, why)| (path, why)).collect(),
    }
}

fn over(facts: Facts, given: &Facts) -> Facts {
    Facts {
        title: facts.title.or_else(|| given.title.clone()),
        owner: facts.owner.or_else(|| given.owner.clone()),
        owner_email: facts.owner_email.or_else(|| given.owner_email.clone()),
        audience: facts.audience.or_else(|| given.audience.clone()),
        topics: if facts.topics.is_empty() {
            given.topics.clone()
        } else {
            facts.topics
        },
        effective: facts.effective.or(given.effective),
        expires: facts.expires.or(given.expires),
        supersedes: facts.supersedes,
        document: facts.document,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_manifest_comes_to_something() {
        let text = "file,title,expires\na.md,A,\nb.md,B,soon\nmissing.md,M,\n,nobody's,\n";
        let manifest = read_manifest("manifest.csv", text.as_bytes()).expect("a manifest");
        let material = Material::Files(vec![
            ("a.md".into(), "/a".into()),
            ("b.md".into(), "/b".into()),
            ("c.md".into(), "/c".into()),
        ]);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let limits = ImportLimits {
            entries_max: 10,
            all_bytes_max: 10,
            ratio_max: 1,
            extraction: crate::corpus::ExtractionLimits::default(),
        };
        let found = runtime.block_on(material.list(&limits)).expect("a list");
        let given = Facts {
            owner: Some("Office".into()),
            title: None,
            ..Facts::default()
        };
        let described = laid_over(found, "manifest.csv", manifest, &given);
        let titles: Vec<(Option<&str>, Option<&str>, bool)> = described
            .files
            .iter()
            .map(|(found, facts)| {
                (
                    facts.title.as_deref(),
                    facts.owner.as_deref(),
                    matches!(found.fate, Fate::Read(_)),
                )
            })
            .collect();
        assert_eq!(
            titles,
            [
                (Some("A"), Some("Office"), true),
                (None, Some("Office"), false),
                (None, Some("Office"), true)
            ]
        );
        let loose: Vec<&str> = described.loose.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(loose, ["missing.md", "manifest.csv, line 5"]);
    }
}
