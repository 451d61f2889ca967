//! A folder for the files of other programs, and the programs.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::http::{
    reply::Reply,
    server::{CreatedToken, MINTKEY, Server, send},
};

pub(crate) const BUNDLE_PASSWORD: &str = "correct horse ~ battery";

/// A folder in which programs run.
pub(crate) struct Workbench {
    pub(crate) folder: TempDir,
}

impl Workbench {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs a program with arguments separated by spaces; `%p` is the bundle's password.
    pub(crate) async fn try_run(&self, line: &str) -> Output {
        let words = line.split_whitespace().map(|word| word.replace("%p", BUNDLE_PASSWORD));
        let words: Vec<_> = words.collect();
        Command::new(&words[0])
            .args(&words[1..])
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .kill_on_drop(true)
            .output()
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", words[0]))
    }

    /// Runs a program that must succeed; returns what it printed on both outputs.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> impl Future<Output = String> {
        let place = std::panic::Location::caller();
        async move {
            let output = self.try_run(line).await;
            let text =
                [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
            assert!(output.status.success(), "{place}: {line}: {text}");
            text
        }
    }

    /// Runs a program that must fail; returns what it printed on both outputs.
    pub(crate) async fn fails(&self, line: &str) -> String {
        let output = self.try_run(line).await;
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(!output.status.success(), "{line}: {text}");
        text
    }

    /// Starts a program, which is killed when the result is dropped.
    pub(crate) fn start(&self, line: &str) -> tokio::process::Child {
        let words: Vec<_> = line.split_whitespace().collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(self.folder.path()).kill_on_drop(true);
        // Where Debian has servers.
        command.env("PATH", format!("{}:/usr/sbin", env::var("PATH").unwrap()));
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Saves what anybody may download of the organization.
    pub(crate) async fn download(&self, server: &Server, token: &CreatedToken, name: &str) -> PathBuf {
        let organization = token.json["organization_id"].as_str().unwrap();
        let reply = server.get(&format!("/pki/{organization}/{name}")).send().await.unwrap();
        assert_eq!(reply.status(), 200);
        self.write(name, reply.bytes().await.unwrap())
    }

    /// Saves a token's bundle as `b.p12`, and what it holds as `leaf.pem` and `key.pem`.
    pub(crate) async fn unpack(&self, token: &CreatedToken) {
        self.write("b.p12", data(token));
        self.run("openssl pkcs12 -in b.p12 -passin file:password -nokeys -clcerts -out leaf.pem").await;
        self.run("openssl pkcs12 -in b.p12 -passin file:password -nocerts -nodes -out key.pem").await;
    }

    /// Writes the bundle's password to a file, because it has spaces.
    pub(crate) fn with_password(self) -> Self {
        self.write("password", BUNDLE_PASSWORD);
        self
    }
}

/// The path of a program in the Python environment of `end2end/clients/requirements.txt`. `cargo xtask test` makes the
/// environment beside the build, and says where.
#[track_caller]
pub(crate) fn installed(name: &str) -> String {
    let folder = env::var_os("MINTKEY_TEST_PYTHON").map_or_else(
        || Path::new(MINTKEY).ancestors().nth(2).unwrap().join("xtask").join("python").join("bin"),
        PathBuf::from,
    );
    let file = folder.join(name);
    assert!(
        file.exists(),
        "{} is missing: `cargo xtask test` installs it, or MINTKEY_TEST_PYTHON names the folder of the programs of a \
         Python environment with end2end/clients/requirements.txt",
        file.display()
    );
    file.to_str().unwrap().to_owned()
}

/// What a token with a certificate came with.
pub(crate) fn data(token: &CreatedToken) -> Vec<u8> {
    STANDARD.decode(token.json["data"].as_str().unwrap()).unwrap()
}

/// Creates a token with a certificate; `fields` replace or add to the request.
pub(crate) async fn request_certificate(server: &Server, key: &str, fields: Value) -> Reply {
    let mut body = json!({
        "label": "Plant 3 gateway", "kind": "client_certificate", "scopes": ["*"], "password": BUNDLE_PASSWORD,
    });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body.as_object_mut().unwrap().retain(|name, value| name == "expires_at" || !value.is_null());
    send(server.post("/api/v1/tokens").bearer_auth(key).json(&body)).await
}

pub(crate) async fn certificate(server: &Server, key: &str, fields: Value) -> CreatedToken {
    CreatedToken::new(request_certificate(server, key, fields).await.expect(201))
}
