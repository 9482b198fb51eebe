//! The API's description is a golden file: a change of the contract is seen in review, and the staff application's
//! types are made from it.
//!
//! After a wanted change: `UPDATE_GOLDEN=1 cargo test --test it openapi`, then `npm run types` in `review-ui`.

use std::collections::BTreeSet;
use std::path::Path;

use countersign::http::{api_routes, openapi_json};
use serde_json::Value;

fn description() -> Value {
    serde_json::from_str(&openapi_json()).expect("the description is JSON")
}

#[test]
fn the_description_is_the_golden_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/openapi.json");
    let given = openapi_json() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &given).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file can be read");
    let line = given
        .lines()
        .zip(golden.lines())
        .position(|(now, then)| now != then);
    assert!(
        given == golden,
        "the API differs from tests/it/openapi.json, first at line {}; if that is wanted, run with UPDATE_GOLDEN=1",
        line.map_or(0, |line| line + 1)
    );
}

#[test]
fn every_described_operation_is_a_guarded_route_and_the_other_way_round() {
    let mut described = BTreeSet::new();
    for (path, item) in description()["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let guarded: BTreeSet<_> = api_routes()
        .into_iter()
        .map(|route| (route.method.to_owned(), route.path))
        .collect();
    assert_eq!(described, guarded);
}

#[test]
fn every_reference_is_to_a_described_schema() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    found.insert(reference.trim_start_matches("#/components/schemas/").to_owned());
                }
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let description = description();
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    let schemas = description["components"]["schemas"].as_object().expect("schemas");
    let unknown: Vec<_> = found.iter().filter(|name| !schemas.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "not described: {unknown:?}");
}
