//! Manifests as people write them, right and wrong.

use jiff::civil::date;

use super::*;

#[test]
fn both_ways_of_writing_give_the_same() {
    let as_toml = r#"
[district]
name = "Quillhaven"

[[document]]
file = "bus\\late.md"
title = "Late Bus"
owner = "Transportation"
owner_email = "bus@quillhaven.example"
topics = ["bus", "late"]
effective = "2026-08-01"
expires = 2027-07-31
supersedes = "old.md"
"#;
    let as_csv = "\u{feff}File;Title;Owner;Owner_Email;Effective;Expires;Supersedes;Topics\r\n\
                  bus/late.md;Late Bus;Transportation;bus@quillhaven.example;8/1/2026;2027-07-31;old.md;bus, late\r\n;;;;\r\n";
    let wanted = Facts {
        title: Some("Late Bus".into()),
        owner: Some("Transportation (bus@quillhaven.example)".into()),
        owner_email: Some("bus@quillhaven.example".into()),
        audience: None,
        topics: vec!["bus, late".into()],
        effective: Some(date(2026, 8, 1)),
        expires: Some(date(2027, 7, 31)),
        supersedes: Some("old.md".into()),
        document: None,
    };
    for (name, text, line) in [("manifest.toml", as_toml, 5), ("Manifest.CSV", as_csv, 2)] {
        let manifest = read_manifest(name, text.as_bytes()).expect(name);
        assert_eq!(manifest.problems, [], "{name}");
        let [entry] = manifest.entries.as_slice() else {
            panic!("{name}: {:?}", manifest.entries)
        };
        assert_eq!((entry.file.as_str(), entry.line), ("bus/late.md", line), "{name}");
        assert_eq!(entry.facts, wanted, "{name}");
    }
}

#[test]
fn a_wrong_line_is_named_with_its_file_and_the_others_are_taken() {
    let text = "file,title,effective,expires,document\n\
                a.md,A,2026-08-01,next year,\n\
                b.md,\"B, too\",2026-08-01,2026-07-01,\n\
                c.md,C,,,doc_il\n\
                ,D,,,\n\
                ../e.md,E,,,\n\
                f.md,F,,,,2026-01-01\n\
                g.md,G,,,\n\
                h.md,H,,,\n\
                g.md,G again,,,\n";
    let manifest = read_manifest("manifest.csv", text.as_bytes()).expect("a manifest");
    let files: Vec<&str> = manifest.entries.iter().map(|entry| entry.file.as_str()).collect();
    assert_eq!(files, ["h.md"]);
    let told: Vec<(usize, Option<&str>, &str)> = manifest
        .problems
        .iter()
        .map(|problem| (problem.line, problem.file.as_deref(), problem.reason.as_str()))
        .collect();
    let wanted = [
        (2, Some("a.md"), "next year"),
        (3, Some("b.md"), "before it takes effect"),
        (4, Some("c.md"), "doc_"),
        (5, None, "names no file"),
        (6, Some("../e.md"), "can't be the name"),
        (7, Some("f.md"), "under no column"),
        (8, Some("g.md"), "line 10"),
        (10, Some("g.md"), "line 8"),
    ];
    assert_eq!(told.len(), wanted.len(), "{told:?}");
    for ((line, file, reason), (wanted_line, wanted_file, word)) in told.iter().zip(wanted) {
        assert_eq!((*line, *file), (wanted_line, wanted_file));
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn toml_problems_are_told_by_their_line() {
    let text = "[[document]]\nfile = \"a.md\"\nexpirs = \"2026-01-01\"\n\n[[document]]\nfile = \"b.md\"\nexpires = 5\n\n\
                [[document]]\nfile = \"c.md\"\nexpires = \"soon\"\n";
    let manifest = read_manifest("manifest.toml", text.as_bytes()).expect("a manifest");
    let told: Vec<(usize, Option<&str>)> = manifest
        .problems
        .iter()
        .map(|problem| (problem.line, problem.file.as_deref()))
        .collect();
    assert_eq!(told, [(3, Some("a.md")), (7, Some("b.md")), (11, Some("c.md"))]);
    assert!(manifest.problems[0].reason.contains("`expirs`"));
}

#[test]
fn a_manifest_that_can_t_be_read_is_refused_whole_with_its_line() {
    for (name, text, line, word) in [
        ("manifest.toml", "[[document]]\nfile = \"a.md\n", 2, ""),
        (
            "manifest.toml",
            "[[documents]]\nfile = \"a.md\"\n",
            1,
            "[[document]]",
        ),
        ("manifest.csv", "file,expirs\na.md,2026-01-01\n", 1, "expirs"),
        ("manifest.csv", "title,owner\na,b\n", 1, "`file`"),
        ("manifest.csv", "file,title,file\na,b,c\n", 1, "two columns"),
        ("manifest.csv", "", 1, "`file`"),
    ] {
        let error = read_manifest(name, text.as_bytes()).expect_err(text);
        assert_eq!((error.name.as_str(), error.line), (name, line), "{text}: {error}");
        assert!(error.to_string().contains(word), "{error}");
    }
}
