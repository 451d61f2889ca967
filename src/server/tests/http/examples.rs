//! The examples of README.md, docs/ and /api/docs, run as readers would run them.

mod blocks;
mod page;
mod session;
mod shape;

use std::path::{Path, PathBuf};

use self::session::Session;

#[tokio::test]
async fn every_example_of_the_documents_runs() {
    let mut failures = Vec::new();
    for path in documents() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let document = std::fs::read_to_string(&path).unwrap();
        let session = Session::start().await;
        let result = session.run(&blocks::read(&document)).await;
        failures.extend(result.err().map(|failure| format!("{name}:{failure}")));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// README.md and every page of docs/.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pages = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    pages.push(root.join("README.md"));
    pages.sort();
    pages
}
