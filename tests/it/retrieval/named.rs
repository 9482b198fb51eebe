//! A question that names a school, an office or anything else looks into the documents of that name first.

use countersign::retrieval::Hit;

use super::*;

#[test]
fn the_school_that_is_named_comes_first() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let handbook = |owner: &str, text: &str| IndexedVersion {
        owner: owner.into(),
        ..version("Handbook", &[text])
    };
    let adams = handbook("Adams Elementary", "Doors open at 7:40 in the morning.");
    let lincoln = handbook("Lincoln Elementary", "Doors open at 7:55 in the morning.");
    let high = handbook("Lincoln High", "Doors open at 8:05 in the morning.");
    // By its words alone, this one always comes first.
    let other = handbook(
        "District office",
        "Doors, all doors, open at 8:10 in the morning.",
    );
    // Scores are scaled over all that is found, so there has to be something that is far from the question, too.
    let (buses, meals) = (buses(), meals());
    let all = [&adams, &lincoln, &high, &other, &buses, &meals];
    index.add_all(&all.map(Clone::clone)).unwrap();
    let first = |question: &str| {
        index.search(question, &in_force(all), 4).unwrap()[0]
            .owner
            .clone()
    };
    for (question, expected) in [
        ("When do the doors open?", "District office"),
        ("When do the doors open at Adams?", "Adams Elementary"),
        (
            "When do the doors open at Lincoln Elementary?",
            "Lincoln Elementary",
        ),
        ("When do the doors open at Lincoln High?", "Lincoln High"),
        ("when do the doors open at adams", "Adams Elementary"),
        ("when do lincoln high doors open", "Lincoln High"),
        ("When do the doors open at Roosevelt?", "District office"),
        ("When does the District open the doors?", "District office"),
    ] {
        assert_eq!(first(question), expected, "{question}");
    }
    // It may no longer be used, so that it is named does not help it.
    let hits = index
        .search("doors at Adams", &in_force([&lincoln, &high, &other]), 4)
        .unwrap();
    assert!(hits.iter().all(|hit| hit.version != adams.version), "{hits:?}");
}

#[test]
fn a_document_with_the_name_comes_before_its_like() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let club = |name: &str| {
        version(
            "Club",
            &["Members pay $20 a year.", &format!("{name} meets on Mondays.")],
        )
    };
    // A name that every document has would tell none from another.
    let filler: Vec<IndexedVersion> = (0..8)
        .map(|n| version("Other", &[&format!("Rule {n} of the pool.")]))
        .collect();
    let (chess, robotics) = (club("Chess Club"), club("Robotics Club"));
    let all: Vec<IndexedVersion> = [chess, robotics].into_iter().chain(filler).collect();
    index.add_all(&all).unwrap();
    let sources = in_force(&all);
    for name in ["Chess", "Robotics"] {
        let question = format!("What do members pay a year in {name}?");
        let hits = index.search(&question, &sources, 10).unwrap();
        let dues = hits
            .iter()
            .find(|hit| hit.text.contains("$20"))
            .expect("the dues are found");
        let document = all
            .iter()
            .find(|source| source.version == dues.version)
            .expect("it is one of them");
        assert!(document.text.contains(name), "{name}: {hits:?}");
    }
}

#[test]
fn a_schools_name_stays_a_word_where_another_offices_document_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let of = |owner: &str, title: &str, lines: &[&str]| IndexedVersion {
        owner: owner.into(),
        ..version(title, lines)
    };
    let handbook = of(
        "Fernbrook Elementary",
        "Handbook",
        &["Bring a lunch.", "Leave toys home."],
    );
    let bells = of(
        "Learning Office",
        "Bells",
        &[
            "Fernbrook Elementary: start 8:50.",
            "Millrace Elementary: start 8:40.",
        ],
    );
    let all = [&handbook, &bells];
    index.add_all(&all.map(Clone::clone)).unwrap();
    let question = "When does the day start at Fernbrook?";
    let hits = index.search(question, &in_force(all), 4).unwrap();
    let place = |text: &str| hits.iter().position(|hit| hit.text.contains(text));
    assert!(place("8:50") < place("8:40"), "{hits:?}");
    // While only its own document has the name, the name finds nothing in it that the other words do not.
    let alone = in_force([&handbook]);
    let named = index.search("What about toys at Fernbrook?", &alone, 4).unwrap();
    let unnamed = index.search("What about toys?", &alone, 4).unwrap();
    let texts = |hits: &[Hit]| hits.iter().map(|hit| hit.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&named), texts(&unnamed));
    assert!(named.iter().all(|hit| hit.highlights.len() <= 1), "{named:?}");
}
