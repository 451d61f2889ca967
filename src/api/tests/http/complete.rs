//! Checks that every operation has snapshots.

use std::collections::BTreeSet;

use super::world::World;

#[tokio::test]
async fn every_operation_has_a_whole_answer_and_every_body_one_that_refuses_it() {
    let document = World::new().await.get("/api/openapi.json").await.is("200");
    let mut expected = BTreeSet::new();
    for operation in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
    {
        let id = operation["operationId"].as_str().unwrap();
        expected.insert(format!("{id}.snap"));
        if operation["requestBody"].is_object() {
            expected.insert(format!("{id}-refused.snap"));
        }
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/snapshots");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<_> = files.collect();
    // Lists can have a snapshot of a refusal too.
    let unused: Vec<_> = found.difference(&expected).filter(|name| !name.starts_with("list")).collect();
    assert!(unused.is_empty(), "snapshots of no operation: {unused:?}");
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(missing.is_empty(), "missing; call the operation in tests/http, with `INSTA_UPDATE=always`: {missing:?}");
}
