//! Prompts, in a real pseudo-terminal.

use std::{path::Path, process::Command};

use rexpect::session::{PtySession, spawn_command};

use super::{Cli, EMAIL, MINTKEY, PASSWORD, Server};

const TIMEOUT: u64 = 20_000;

/// Runs a command from a shell, which prints its exit code.
fn spawn(cli: &Cli, arguments: &[&str]) -> PtySession {
    spawn_shell(cli.home.path(), &[&["-c", "\"$0\" \"$@\"; echo code $?", MINTKEY], arguments].concat())
}

fn spawn_shell(home: &Path, arguments: &[&str]) -> PtySession {
    let mut command = Command::new("bash");
    command
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("TERM", "xterm")
        .env("PATH", "/usr/bin:/bin");
    spawn_command(command, Some(TIMEOUT)).unwrap()
}

/// Waits for the end; returns the exit code.
fn exit_code(mut session: PtySession) -> i32 {
    let rest = session.exp_eof().unwrap();
    rest.rsplit_once("code ").unwrap().1.trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn login_asks_for_what_is_missing_and_never_echoes_the_password() {
    let server = Server::start().await;
    let cli = Cli::new();
    let mut session = spawn(&cli, &["login"]);
    session.exp_string("Address of the server [http://127.0.0.1:8080]:").unwrap();
    session.send_line(&server.url).unwrap();
    session.exp_string("E-mail address:").unwrap();
    session.send_line(EMAIL).unwrap();
    session.exp_string(&format!("Password of {EMAIL}:")).unwrap();
    session.send_line(PASSWORD).unwrap();
    let shown = session.exp_string(&format!("You are {EMAIL}")).unwrap();
    assert!(!shown.contains(PASSWORD), "{shown}");
    assert_eq!(exit_code(session), 0);
    cli.run(&["whoami"]).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_asked_for_where_there_is_a_choice() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    // Without service accounts, there is no choice.
    let session = spawn(&cli, &["token", "create", "*", "--label", "mine"]);
    assert_eq!(exit_code(session), 0);
    cli.run(&["service-account", "create", "gateway"]).await.done();
    for (answer, owner) in [("1", "gateway"), ("", EMAIL), ("gateway", "gateway")] {
        let mut session = spawn(&cli, &["token", "create", "*", "--label", "asked"]);
        session.exp_string("Whose token is it?").unwrap();
        session.exp_string("Number or name [0]:").unwrap();
        session.send_line("7").unwrap();
        session.exp_string("Expected a number from 0 to 1.").unwrap();
        session.send_line(answer).unwrap();
        assert_eq!(exit_code(session), 0);
        let newest = cli.json(&["token", "list", "--limit", "1"]).await;
        assert_eq!(newest["data"][0]["owner"]["name"], owner, "{answer}");
    }
    // A script isn't asked, and `--no-input` is a script.
    let session = spawn(&cli, &["token", "create", "*", "--label", "script", "--no-input"]);
    assert_eq!(exit_code(session), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_asks_and_anything_but_yes_is_no() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let token = cli.json(&["token", "create", "*", "--label", "old gateway"]).await;
    let id = token["id"].as_str().unwrap();
    for (answer, code) in [("", 1), ("n", 1), ("y", 0)] {
        cli.run(&["token", "get", id]).await.done();
        let mut session = spawn(&cli, &["token", "delete", id]);
        session.exp_string("Delete the token \"old gateway\"").unwrap();
        session.send_line(answer).unwrap();
        assert_eq!(exit_code(session), code, "{answer}");
    }
    cli.run(&["token", "get", id]).await.failed(1, "Not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_exits_with_130_and_turns_the_echo_on_again() {
    let cli = Cli::new();
    // The shell prints the terminal's settings after the prompt was interrupted.
    let script = format!("stty echo; {MINTKEY} login --url http://127.0.0.1:1 --email {EMAIL}; echo code $?; stty -a");
    let mut session = spawn_shell(cli.home.path(), &["-i", "-c", &script]);
    session.exp_string("Password of").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("code 130").unwrap();
    let settings = session.exp_eof().unwrap();
    assert!(settings.contains(" echo ") && !settings.contains("-echo "), "{settings}");
}

/// A way to this server on which creating and rotating take a second longer.
async fn slow(server: &Server) -> String {
    let (origin, http) = (server.url.clone(), reqwest::Client::new());
    let forward = async move |request: axum::extract::Request| {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let is_post = parts.method == "POST";
        let url = format!("{origin}{}", parts.uri);
        let answer = http.request(parts.method, url).headers(parts.headers).body(body).send().await.unwrap();
        if is_post {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        (answer.status(), answer.bytes().await.unwrap())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(forward)).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_waits_for_a_rotation_so_that_its_secret_isnt_lost() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let url = slow(&server).await;
    let cli = Cli::new();
    cli.write_profiles(&format!(
        "default-profile: slow\nprofiles:\n  slow:\n    url: {url}\n    api-token: {}\n",
        admin.key
    ));
    let script = format!("{MINTKEY} token rotate {} --output new.key; echo code $?", admin.id);
    let mut session = spawn_shell(cli.home.path(), &["-i", "-c", &script]);
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    session.send_control('c').unwrap();
    assert_eq!(exit_code(session), 130);
    let key = std::fs::read_to_string(cli.home.path().join("new.key")).unwrap();
    server.me(key.trim()).await.expect(200);
    cli.run(&["whoami"]).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clipboard_gets_the_key_and_the_screen_does_not() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let mut session = spawn(&cli, &["token", "create", "*", "--label", "clip", "--clip"]);
    let shown = session.exp_eof().unwrap();
    let copied = shown.split_once("\u{1b}]52;c;").unwrap().1.split_once('\u{7}').unwrap().0;
    let key = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, copied).unwrap();
    server.me(std::str::from_utf8(&key).unwrap()).await.expect(200);
    assert!(!shown.contains("mk_0"), "{shown}");
    cli.run(&["token", "create", "*", "--clip"]).await.failed(2, "--clip");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_fit_the_terminal_and_help_has_no_colours_with_no_color() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.run(&["token", "create", "*", "--label", &"long label ".repeat(8)]).await.done();
    let script = format!("stty cols 80 rows 24; {MINTKEY} token list; NO_COLOR=1 {MINTKEY} token --help");
    let mut session = spawn_shell(cli.home.path(), &["-c", &script]);
    let shown = session.exp_eof().unwrap();
    assert!(shown.contains("long label") && !shown.contains('\u{1b}'), "{shown}");
    let id = cli.json(&["token", "list"]).await["data"][0]["id"].as_str().unwrap().to_owned();
    assert!(shown.contains(&id), "{shown}");
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
