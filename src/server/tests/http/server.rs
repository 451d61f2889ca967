//! The executable under test, and its users and tokens.

use std::{
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

use super::reply::Reply;

pub(crate) const MINTKEY: &str = env!("CARGO_BIN_EXE_mintkey");
pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";
/// A setting of the test harness: shell commands to run before the server.
const SHELL_LIMITS: &str = "TEST_SHELL_LIMITS";

/// A running server, killed on drop.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) folder: Arc<TempDir>,
    /// All output so far, on standard output and standard error.
    pub(crate) log: Arc<Mutex<Vec<u8>>>,
    settings: Vec<(&'static str, String)>,
    child: Child,
}

/// A token as returned to its creator.
#[derive(Debug, Clone)]
pub(crate) struct CreatedToken {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) json: Value,
}

impl CreatedToken {
    pub(crate) fn new(json: Value) -> Self {
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        Self { id: text("id"), key: text("api_key"), secret: text("client_secret"), json }
    }

    pub(crate) fn path(&self) -> String {
        format!("/api/v1/tokens/{}", self.id)
    }

    /// The API key with a different last character.
    pub(crate) fn mistyped_key(&self) -> String {
        let last = if self.key.ends_with('x') { 'y' } else { 'x' };
        format!("{}{last}", &self.key[..self.key.len() - 1])
    }
}

impl Server {
    /// Starts a server on an empty database with one administrator.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a server with additional variables.
    pub(crate) async fn start_with(settings: &[(&'static str, &str)]) -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let mut all = vec![
            ("MINTKEY_LISTEN", "127.0.0.1:0".to_owned()),
            ("MINTKEY_ADMIN_EMAIL", EMAIL.to_owned()),
            ("MINTKEY_ADMIN_PASSWORD", PASSWORD.to_owned()),
            ("RUST_LOG", "info".to_owned()),
        ];
        all.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Self::launch(folder, all, Arc::default()).await
    }

    /// Starts a server with limits from a shell command, such as `ulimit`.
    pub(crate) async fn start_under(limits: &str) -> Self {
        Self::start_with(&[(SHELL_LIMITS, limits)]).await
    }

    async fn launch(folder: Arc<TempDir>, settings: Vec<(&'static str, String)>, log: Arc<Mutex<Vec<u8>>>) -> Self {
        let limits = settings.iter().find(|(name, _)| *name == SHELL_LIMITS).map(|(_, limits)| limits.as_str());
        let mut serve = if let Some(limits) = limits {
            let mut shell = command_of("/bin/sh", folder.path());
            shell.arg("-c").arg(format!("{limits} && exec {MINTKEY} serve"));
            shell
        } else {
            let mut serve = command(folder.path());
            serve.arg("serve");
            serve
        };
        let mut child = serve
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        collect(child.stderr.take().unwrap(), log.clone());
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let read = tokio::time::timeout(Duration::from_mins(1), output.read_line(&mut line)).await;
        let url = line.trim().strip_prefix("Mintkey is at ").map(str::to_owned);
        let Some(url) = url.filter(|_| read.is_ok()) else {
            panic!("did not start: {line} {}", String::from_utf8_lossy(&log.lock().unwrap()));
        };
        log.lock().unwrap().extend_from_slice(line.as_bytes());
        collect(output, log.clone());
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { url, client, folder, log, settings, child }
    }

    /// Kills the server, and starts it again on the same database.
    pub(crate) async fn crash_and_restart(mut self) -> Self {
        self.child.kill().await.unwrap();
        Self::launch(self.folder, self.settings, self.log).await
    }

    /// Stops the server gracefully, and starts it again on the same database.
    pub(crate) async fn restart(mut self) -> Self {
        assert!(self.terminate().await.success());
        Self::launch(self.folder, self.settings, self.log).await
    }

    /// Sends SIGTERM and waits for the exit.
    pub(crate) async fn terminate(&mut self) -> ExitStatus {
        self.signal_end().await;
        self.ended().await
    }

    pub(crate) async fn signal_end(&self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    }

    pub(crate) async fn ended(&mut self) -> ExitStatus {
        tokio::time::timeout(Duration::from_secs(40), self.child.wait()).await.unwrap().unwrap()
    }

    /// The JSON lines of the log, once one of them has this text: a response can arrive before its line.
    pub(crate) async fn log_lines_with(&self, text: &str) -> Vec<Value> {
        for _ in 0..100 {
            let log = String::from_utf8_lossy(&self.log.lock().unwrap()).into_owned();
            if log.contains(text) {
                return log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{text} is not in the log: {}", String::from_utf8_lossy(&self.log.lock().unwrap()));
    }

    /// The process ID.
    pub(crate) fn process(&self) -> u32 {
        self.child.id().unwrap()
    }

    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_start_matches("https://")
    }

    /// Starts a request whose body never arrives.
    pub(crate) async fn stalled(&self, key: &str) -> TcpStream {
        let head = format!(
            "POST /api/v1/tokens HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
        );
        let mut stream = TcpStream::connect(self.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    pub(crate) fn database_file(&self) -> PathBuf {
        database_file(self.folder.path())
    }

    /// Opens a connection to the database.
    pub(crate) async fn database(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.database_file());
        SqliteConnection::connect_with(&options).await.unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    pub(crate) fn patch(&self, path: &str) -> RequestBuilder {
        self.client.patch(format!("{}{path}", self.url))
    }

    pub(crate) fn put(&self, path: &str) -> RequestBuilder {
        self.client.put(format!("{}{path}", self.url))
    }

    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.client.delete(format!("{}{path}", self.url))
    }

    /// The administrator's access token, from the password.
    pub(crate) async fn sign_in(&self) -> String {
        self.access_token(EMAIL, PASSWORD).await
    }

    /// The cookie of a new console session of the administrator.
    pub(crate) async fn cookie(&self) -> String {
        self.cookie_of(EMAIL, PASSWORD).await
    }

    /// The cookie of a new console session of this user.
    pub(crate) async fn cookie_of(&self, email: &str, password: &str) -> String {
        let form = [("email", email), ("password", password)];
        let reply = send(self.post("/login").header("origin", &self.url).form(&form)).await;
        reply.session_cookie().unwrap()
    }

    pub(crate) async fn access_token(&self, email: &str, password: &str) -> String {
        let body = json!({"username": email, "password": password});
        let answer = send(self.post("/api/v1/login").json(&body)).await.expect(200);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A token of the administrator with all scopes.
    pub(crate) async fn admin(&self) -> CreatedToken {
        let access = self.sign_in().await;
        self.create_token(&access, json!({"label": "admin", "scopes": ["*"], "expires_at": null})).await
    }

    /// Creates a token with this credential.
    pub(crate) async fn create_token(&self, credential: &str, body: Value) -> CreatedToken {
        CreatedToken::new(send(self.post("/api/v1/tokens").bearer_auth(credential).json(&body)).await.expect(201))
    }

    /// Sends `GET /api/v1/me` with this credential.
    pub(crate) async fn me(&self, credential: &str) -> Reply {
        send(self.get("/api/v1/me").bearer_auth(credential)).await
    }

    /// Adds scopes to the organization's catalogue.
    pub(crate) async fn add_scopes(&self, credential: &str, names: &[&str]) {
        for name in names {
            send(self.post("/api/v1/scopes").bearer_auth(credential).json(&json!({"name": name}))).await.expect(201);
        }
    }

    /// Creates a user with `mintkey admin` while the server runs.
    pub(crate) async fn add_person(&self, email: &str, role: &str) {
        self.add_person_with(&[email, "--role", role]).await;
    }

    /// Creates a user with these arguments.
    pub(crate) async fn add_person_with(&self, arguments: &[&str]) {
        let (code, _, error) = self.admin_command_with(&[&["create-user"], arguments].concat(), PASSWORD).await;
        assert_eq!(code, 0, "{error}");
    }
}

impl Server {
    /// Runs `mintkey admin` while the server runs; returns exit code, standard output and standard error.
    pub(crate) async fn admin_command(&self, arguments: &[&str]) -> (i32, String, String) {
        self.admin_command_with(arguments, "").await
    }

    /// Runs `mintkey admin` with this standard input.
    pub(crate) async fn admin_command_with(&self, arguments: &[&str], input: &str) -> (i32, String, String) {
        let mut child = command(self.folder.path())
            .arg("admin")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that doesn't read its input may have exited already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes()).await;
        let output = child.wait_with_output().await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    /// Runs another `mintkey serve` on a database file with the same master key until it exits; returns exit code,
    /// standard output and standard error.
    pub(crate) async fn serve_beside(&self, file: &Path, listen: &str) -> (i32, String, String) {
        let mut serve = command(self.folder.path());
        serve
            .arg("serve")
            .env("MINTKEY_DATABASE_URL", format!("sqlite:{}", file.display()))
            .env("MINTKEY_MASTER_KEY_FILE", self.database_file().with_extension("key"))
            .env("MINTKEY_LISTEN", listen);
        let output = tokio::time::timeout(Duration::from_mins(1), serve.output()).await.expect("it runs on").unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }
}

/// Sends a request and reads the response.
pub(crate) async fn send(request: RequestBuilder) -> Reply {
    Reply::read(request.send().await.unwrap()).await
}

/// The executable with the settings that every command needs, and no other environment.
pub(crate) fn command(folder: &Path) -> Command {
    command_of(MINTKEY, folder)
}

fn command_of(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("HOME", folder)
        .env("MINTKEY_DATABASE_URL", format!("sqlite:{}", database_file(folder).display()))
        .kill_on_drop(true);
    command
}

fn database_file(folder: &Path) -> PathBuf {
    folder.join("mintkey.db")
}

fn collect(mut from: impl AsyncRead + Unpin + Send + 'static, into: Arc<Mutex<Vec<u8>>>) {
    tokio::spawn(async move {
        let mut piece = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            into.lock().unwrap().extend_from_slice(&piece[..length]);
        }
    });
}
