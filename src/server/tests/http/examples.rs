//! Runs the examples of README.md, docs/ and /api/docs as readers would.

mod blocks;
mod page;
mod session;
mod shape;

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::io::{AsyncBufReadExt as _, BufReader};

use self::session::Session;
use super::server::{MINTKEY, Server, command, send};

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

#[tokio::test]
async fn every_example_of_the_sdk_runs_and_is_in_its_document() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let document = std::fs::read_to_string(root().join("docs/sdk.md")).unwrap();
    for entry in std::fs::read_dir(root().join("src/client/examples")).unwrap() {
        let file = entry.unwrap().path();
        let source = std::fs::read_to_string(&file).unwrap();
        // The document has the text without the comment about the file.
        let shown = source.split_once("\n\n").unwrap().1;
        assert!(document.contains(&format!("```rust\n{shown}```")), "docs/sdk.md lacks {}", file.display());

        let program = Path::new(MINTKEY).parent().unwrap().join("examples").join(file.file_stem().unwrap());
        let mut command = tokio::process::Command::new(&program);
        command.env_clear().env("MINTKEY_URL", &server.url).env("MINTKEY_TOKEN", &admin.key).kill_on_drop(true);
        if file.ends_with("guard.rs") {
            let mut service = command.stdout(Stdio::piped()).spawn().unwrap();
            let mut line = String::new();
            BufReader::new(service.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
            let url = line.trim();
            assert_eq!(send(server.client.get(url)).await.status, 401);
            let answer = send(server.client.get(url).bearer_auth(&admin.key)).await;
            assert!(answer.text.starts_with("for "), "{answer:?}");
        } else {
            let output = command.output().await.unwrap();
            assert!(output.status.success(), "{}: {output:?}", file.display());
        }
    }
}

#[tokio::test]
async fn every_setting_is_in_the_documents() {
    let folder = tempfile::tempdir().unwrap();
    let help = command(folder.path()).args(["serve", "--help"]).output().await.unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let operations = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    // Options without a value, such as `--help`, are no settings.
    let options = help.lines().filter_map(|line| line.trim().split_once(" <"));
    let flags: Vec<_> = options.map(|(flag, _)| flag).filter(|flag| flag.starts_with("--")).collect();
    assert!(flags.len() > 10, "{help}");
    for flag in flags {
        assert!(operations.contains(&format!("\n| `{flag}` |")), "docs/operations.md lacks {flag}");
    }
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    for path in documents() {
        let document = std::fs::read_to_string(&path).unwrap();
        let links = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = path.parent().unwrap().join(file);
            assert!(target.exists(), "{}: {link}", path.display());
            if !anchor.is_empty() {
                let target = std::fs::read_to_string(target).unwrap();
                let mut headings = target.lines().filter_map(|line| line.strip_prefix('#'));
                let is_named =
                    |heading: &str| heading.trim_matches(['#', ' ']).to_lowercase().replace(' ', "-") == anchor;
                assert!(headings.any(is_named), "{}: {link}", path.display());
            }
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// README.md and all pages of docs/.
fn documents() -> Vec<PathBuf> {
    let pages = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}
