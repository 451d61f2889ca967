//! The commands over the API, as people and scripts use them.

mod apply;
mod bulk;
mod certificates;
mod helpers;
mod kubectl;
mod parity;
mod profiles;
mod secrets;
mod terminal;
mod tokens;

use std::{path::PathBuf, process::Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use super::server::{EMAIL, MINTKEY, PASSWORD, Server};

/// A person's home folder, in which the command line runs.
struct Cli {
    home: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command did.
#[derive(Debug)]
struct Output {
    code: i32,
    out: String,
    err: String,
}

impl Cli {
    fn new() -> Self {
        Self { home: TempDir::new().unwrap(), variables: Vec::new() }
    }

    /// A person who is signed in as the administrator.
    async fn signed_in(server: &Server) -> Self {
        let cli = Self::new();
        cli.run_with(&["login", "--url", &server.url, "--email", EMAIL, "--password-stdin"], PASSWORD).await.done();
        cli
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn profiles_file(&self) -> PathBuf {
        self.home.path().join(".config/mintkey/mintkey.yaml")
    }

    fn write_profiles(&self, text: &str) {
        let file = self.profiles_file();
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, "").await
    }

    /// Runs a command with this standard input.
    async fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        self.run_program(MINTKEY, arguments, input).await
    }

    async fn run_program(&self, program: &str, arguments: &[&str], input: &str) -> Output {
        let mut child = tokio::process::Command::new(program)
            .args(arguments)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        // A command that doesn't read its input may have exited already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes()).await;
        let output = child.wait_with_output().await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Output { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Runs a command with `-o json`, which must succeed.
    async fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(&[arguments, &["-o", "json"]].concat()).await.done()).unwrap()
    }
}

impl Output {
    /// Expects success; returns standard output.
    #[track_caller]
    fn done(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// Expects one line of error with this text, and nothing on standard output.
    #[track_caller]
    fn failed(&self, code: i32, text: &str) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        assert!(self.err.starts_with("mintkey: ") && self.err.contains(text), "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
    }

    /// Expects an error with this text in its last line, after what was selected.
    #[track_caller]
    fn failed_at_the_end(&self, code: i32, text: &str) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        assert!(self.err.lines().next_back().is_some_and(|line| line.contains(text)), "{self:?}");
    }
}
