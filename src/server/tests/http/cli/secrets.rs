//! Secrets: shown once, where they were asked for, and nowhere else.

use super::{Cli, Server};

#[cfg(unix)]
#[tokio::test]
async fn a_file_of_secrets_is_new_and_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let created = cli.run(&["token", "create", "*", "--output", "key.txt", "-o", "json"]).await.done();
    let file = cli.home.path().join("key.txt");
    let key: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    server.me(key["api_key"].as_str().unwrap()).await.expect(200);
    assert!(!created.contains("api_key\": "), "{created}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let before = std::fs::read_to_string(&file).unwrap();
    cli.run(&["token", "create", "*", "--output", "key.txt"]).await.failed(2, "never overwritten");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    assert_eq!(cli.json(&["token", "list"]).await["total"], 2);

    // A refused token leaves no file.
    cli.run(&["token", "create", "nonsense", "--output", "other.txt"]).await.failed(1, "--scope");
    assert!(!cli.home.path().join("other.txt").exists());
    cli.run(&["token", "create", "*", "--output", "deep/er.txt"]).await.failed(2, "--output");
    cli.run(&["token", "create", "*", "-o", "name"]).await.failed(2, "--output FILE");
}

#[tokio::test]
async fn lines_of_an_env_file_work_in_the_environment() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let lines = cli.run(&["token", "create", "*", "--env"]).await.done();
    let device = lines.lines().fold(Cli::new(), |device, line| {
        let (name, value) = line.split_once('=').unwrap();
        device.with(name, value)
    });
    device.run(&["whoami"]).await.done();
}

#[tokio::test]
async fn requests_are_shown_with_their_credentials_blanked() {
    let server = Server::start().await;
    let cli = Cli::new().with("MINTKEY_DEBUG", "1");
    let login = ["login", "--url", &server.url, "--email", super::EMAIL, "--password-stdin"];
    let shown = cli.run_with(&login, super::PASSWORD).await;
    let key = std::fs::read_to_string(cli.profiles_file()).unwrap();
    let key = key.lines().find_map(|line| line.trim().strip_prefix("api-token: ")).unwrap();
    assert!(shown.err.contains("/api/v1/login") && shown.err.contains("Bearer …"), "{shown:?}");
    assert!(!shown.err.contains(super::PASSWORD) && !shown.err.contains(key), "{shown:?}");
    let verified = cli.run_with(&["verify"], key).await;
    assert!(verified.err.contains("/api/v1/verify") && !verified.err.contains(key), "{verified:?}");
}

#[tokio::test]
async fn a_repeated_command_creates_once() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let create = ["token", "create", "*", "--label", "once", "--idempotency-key", "deploy-17"];
    cli.run(&create).await.done();
    cli.run(&create).await.failed(1, "this was done before");
    assert_eq!(cli.json(&["token", "list"]).await["total"], 2);
}

#[tokio::test]
async fn a_verdict_counts_even_if_nobody_reads_it() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let key = cli.json(&["token", "create", "mintkey:tokens.read"]).await["api_key"].as_str().unwrap().to_owned();
    let id = cli.json(&["token", "list", "--limit", "1"]).await["data"][0]["id"].as_str().unwrap().to_owned();
    for (command, code, line) in [
        (format!("verify --scope mintkey:audit.read <<< {key}"), 1, "insufficient_scope"),
        ("curl /api/v1/nothing".to_owned(), 1, "404"),
        (format!("token rotate {id}"), 1, "rotate it to get others"),
    ] {
        // The reader ends before the command begins.
        let line_of = format!("{{ sleep 0.3; {} {command}; echo $? >&2; }} | true", super::MINTKEY);
        let output = cli.run_program("bash", &["-c", &line_of], "").await;
        assert!(output.err.contains(line) && output.err.trim().ends_with(&code.to_string()), "{command}: {output:?}");
    }
}

#[tokio::test]
async fn a_closed_pipe_is_no_error() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let line = format!("{} scope list -o json | true; echo ${{PIPESTATUS[0]}}", super::MINTKEY);
    let output = cli.run_program("bash", &["-c", &line], "").await;
    assert_eq!((output.out.trim(), output.err.as_str()), ("0", ""), "{output:?}");
}
