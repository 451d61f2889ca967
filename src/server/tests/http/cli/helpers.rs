//! `curl`, `exec`, and the helpers of git, docker and kubectl.

use serde_json::{Value, json};

use super::{Cli, MINTKEY, Server};
use crate::http::server::send;

#[tokio::test]
async fn a_program_finds_the_credential_in_its_environment() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let script = "test -n \"$MINTKEY_TOKEN\" && echo \"$MINTKEY_URL\"; exit 7";
    let output = cli.run(&["exec", "--", "sh", "-c", script]).await;
    assert_eq!((output.code, output.out.trim()), (7, server.url.as_str()));
    cli.run(&["exec", "--", "no-such-program"]).await.failed(2, "no-such-program can't be run");
}

#[tokio::test]
async fn curl_sends_any_request_to_the_server_and_to_no_other() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let me: Value = serde_json::from_str(&cli.run(&["curl", "/api/v1/me"]).await.done()).unwrap();
    assert_eq!(me, cli.json(&["whoami"]).await);
    let created = cli.run(&["curl", "/api/v1/scopes", "-d", "{\"name\": \"plants.read\"}", "-i"]).await.done();
    assert!(created.starts_with("HTTP 201\n") && created.contains("\nlocation: "), "{created}");
    let found = cli.run(&["curl", "/api/v1/scopes?q=plants.read"]).await.done();
    assert!(found.contains("\"total\":1"), "{found}");
    let file = ["curl", "-X", "PATCH", "/api/v1/organization", "-d", "@-"];
    cli.run_with(&file, "{\"name\": \"Plant 3\"}").await.done();
    let missing = cli.run(&["curl", "/api/v1/nope"]).await;
    assert_eq!(missing.code, 1);
    assert!(missing.out.contains("\"not_found\""), "{missing:?}");
    for elsewhere in ["http://127.0.0.1:1/api/v1/me", "//127.0.0.1:1/", "api/v1/me"] {
        cli.run(&["curl", elsewhere]).await.failed(2, "expected a path");
    }
}

#[tokio::test]
async fn git_gets_the_credential_for_its_host_only() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let ask = |protocol: &str, host: &str| format!("protocol={protocol}\nhost={host}\npath=plant.git\n\n");
    let get = ["credential", "git", "--host", "git.example.com", "get"];
    let answer = cli.run_with(&get, &ask("https", "git.example.com")).await.done();
    let value = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let (id, secret) = (value("username").unwrap(), value("password").unwrap());
    send(server.get("/api/v1/me").basic_auth(id, Some(secret))).await.expect(200);
    assert_eq!(value("password_expiry_utc"), None);
    cli.run(&["token", "edit", id, "--ttl", "90d"]).await.done();
    let answer = cli.run_with(&get, &ask("https", "git.example.com")).await.done();
    assert!(answer.contains("\npassword_expiry_utc=1"), "{answer}");

    cli.run_with(&get, &ask("https", "evil.example.com")).await.failed(1, "evil.example.com");
    cli.run_with(&get, &ask("http", "git.example.com")).await.failed(1, "https only");
    cli.run_with(&["credential", "git", "get"], &ask("http", server.address())).await.done();
    assert_eq!(cli.run_with(&["credential", "git", "erase"], &ask("https", "a")).await.done(), "");
}

#[tokio::test]
async fn git_itself_uses_the_helper() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let helper = format!("credential.helper=!{MINTKEY} credential git --host git.example.com");
    let arguments = ["-c", &helper, "credential", "fill"];
    let answer = cli.run_program("git", &arguments, "protocol=https\nhost=git.example.com\n\n").await.done();
    assert!(answer.contains("\nusername=") && answer.contains("\npassword=mks_"), "{answer}");
}

#[cfg(unix)]
#[tokio::test]
async fn docker_calls_the_same_program_by_its_own_name() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let link = cli.home.path().join("docker-credential-mintkey");
    std::os::unix::fs::symlink(MINTKEY, &link).unwrap();
    let link = link.to_str().unwrap();
    let unknown = cli.run_program(link, &["get"], "registry.example.com").await;
    assert_eq!((unknown.code, unknown.out.as_str()), (1, "credentials not found in native keychain\n"));
    assert!(unknown.err.contains("credential-hosts"), "{unknown:?}");
    let profiles = std::fs::read_to_string(cli.profiles_file()).unwrap();
    cli.write_profiles(&format!("{profiles}    credential-hosts: [registry.example.com]\n"));
    for url in ["registry.example.com", "https://registry.example.com/v2/"] {
        let answer = cli.run_program(link, &["get"], url).await.done();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["ServerURL"], url);
        let (id, secret) = (answer["Username"].as_str().unwrap(), answer["Secret"].as_str());
        send(server.get("/api/v1/me").basic_auth(id, secret)).await.expect(200);
    }
    cli.run_program(link, &["get"], "http://registry.example.com").await.failed(1, "https only");
    assert_eq!(cli.run_program(link, &["list"], "").await.done(), "{}\n");
    cli.run_program(link, &["store"], "{}").await.failed(1, "aren't stored");
}

#[cfg(unix)]
#[tokio::test]
async fn kubectl_gets_an_access_token_that_is_kept_until_it_ends() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let credential: Value = serde_json::from_str(&cli.run(&["credential", "kube"]).await.done()).unwrap();
    assert_eq!(credential["apiVersion"], "client.authentication.k8s.io/v1");
    assert_eq!(credential["kind"], "ExecCredential");
    let token = credential["status"]["token"].as_str().unwrap();
    server.me(token).await.expect(200);
    let again: Value = serde_json::from_str(&cli.run(&["credential", "kube"]).await.done()).unwrap();
    assert_eq!(again, credential);
    let folder = cli.home.path().join(".cache/mintkey/access-tokens");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);

    // Another choice of scopes, and another key, have access tokens of their own.
    let narrow = cli.run(&["credential", "kube", "--scope", "mintkey:tokens.read"]).await.done();
    assert_ne!(serde_json::from_str::<Value>(&narrow).unwrap()["status"]["token"], json!(token));
    let id = cli.json(&["whoami"]).await["token_id"].as_str().unwrap().to_owned();
    cli.run(&["token", "rotate", &id]).await.done();
    let rotated: Value = serde_json::from_str(&cli.run(&["credential", "kube"]).await.done()).unwrap();
    assert_ne!(rotated["status"]["token"], json!(token));

    let old = "{\"apiVersion\": \"client.authentication.k8s.io/v1beta1\", \"kind\": \"ExecCredential\", \"spec\": {}}";
    let cli = cli.with("KUBERNETES_EXEC_INFO", old);
    assert!(cli.run(&["credential", "kube"]).await.done().contains("/v1beta1"));
    let cli = cli.with("KUBERNETES_EXEC_INFO", "{}");
    cli.run(&["credential", "kube"]).await.failed(2, "KUBERNETES_EXEC_INFO");
}
