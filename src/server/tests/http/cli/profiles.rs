//! Profiles, and what beats what.

use super::{Cli, EMAIL, PASSWORD, Server};

#[tokio::test]
async fn no_file_no_profile_and_no_token_are_three_errors() {
    let cli = Cli::new();
    cli.run(&["whoami"]).await.failed(2, "there is no profile yet");
    cli.run(&["profile", "list"]).await.failed(2, "`mintkey login --url URL`");
    cli.write_profiles("default-profile: work\nprofiles:\n  home:\n    url: http://127.0.0.1:1\n");
    cli.run(&["whoami"]).await.failed(2, "there is no profile work");
    cli.run(&["whoami", "--profile", "home"]).await.failed(2, "the profile home has no token");
    cli.write_profiles("profiles:\n  home:\n    url: http://127.0.0.1:1\n");
    cli.run(&["whoami"]).await.failed(2, "has no default profile");
    cli.write_profiles("default-profile: home\nprofiles:\n  home:\n    api-token: eyJh\n");
    cli.run(&["whoami"]).await.failed(2, "the profile home has no url");
    cli.write_profiles("default-profile: home\nprofiles:\n  home: {url: 'http://127.0.0.1:1', api-token: mk_x}\n");
    cli.run(&["whoami"]).await.failed(1, "checksum");
    cli.write_profiles("default-profile: home\nprofiles:\n  home: {url: 'http://127.0.0.1:1', api-token: eyJh}\n");
    cli.run(&["whoami"]).await.failed(1, "http://127.0.0.1:1 can't be reached");
}

#[tokio::test]
async fn a_broken_file_is_an_error_without_its_secrets() {
    let cli = Cli::new();
    for text in [
        "profiles:\n  work: {api-token: mk_canary, url: [",
        "profiles: mk_canary",
        "profiles:\n  work:\n    organization-id: mk_canary\n",
        "profiles:\n  work:\n    api-token: {mk_canary: 1}\n",
    ] {
        cli.write_profiles(text);
        for arguments in [&["whoami"][..], &["profile", "list"], &["login", "--url", "http://127.0.0.1:1"]] {
            let failed = cli.run(arguments).await;
            failed.failed(2, "mintkey.yaml");
            assert!(!failed.err.contains("canary"), "{failed:?}");
        }
    }
}

#[tokio::test]
async fn flags_beat_variables_and_variables_beat_the_profile() {
    let server = Server::start().await;
    let other = Server::start().await;
    let (admin, bob) = (server.admin().await, other.admin().await);
    let profiles = format!(
        "default-profile: one\nprofiles:\n  one:\n    url: {}\n    api-token: {}\n  two:\n    url: {}\n    api-token: {}\n",
        server.url, admin.key, other.url, bob.key
    );
    let token = |output: super::Output| {
        let me: serde_json::Value = serde_json::from_str(&output.done()).unwrap();
        me["token_id"].as_str().unwrap().to_owned()
    };
    let cli = Cli::new();
    cli.write_profiles(&profiles);
    assert_eq!(token(cli.run(&["whoami", "-o", "json"]).await), admin.id);
    assert_eq!(token(cli.run(&["--profile", "two", "whoami", "-o", "json"]).await), bob.id);
    let cli = cli.with("MINTKEY_PROFILE", "two");
    assert_eq!(token(cli.run(&["whoami", "-o", "json"]).await), bob.id);
    assert_eq!(token(cli.run(&["whoami", "-o", "json", "--profile", "one"]).await), admin.id);
    // The variables override single values, and need no profile together.
    let cli = Cli::new();
    cli.write_profiles(&profiles);
    let cli = cli.with("MINTKEY_URL", &other.url);
    cli.run(&["whoami"]).await.failed(2, &format!("isn't sent to {}", other.url));
    let cli = cli.with("MINTKEY_TOKEN", &bob.key);
    assert_eq!(token(cli.run(&["whoami", "-o", "json"]).await), bob.id);
    let cli = Cli::new().with("MINTKEY_URL", &server.url).with("MINTKEY_TOKEN", &admin.key);
    assert_eq!(token(cli.run(&["whoami", "-o", "json"]).await), admin.id);
    cli.run(&["whoami", "--url", "http://127.0.0.1:1"]).await.failed(1, "http://127.0.0.1:1 can't be reached");
    cli.run(&["whoami", "--url", "ftp://a"]).await.failed(2, "expected http://");
    // A token without an address isn't sent just anywhere.
    let cli = Cli::new();
    cli.write_profiles(&format!("default-profile: one\nprofiles:\n  one:\n    api-token: {}\n", admin.key));
    cli.run(&["whoami", "--url", &server.url]).await.failed(2, &format!("isn't sent to {}", server.url));
}

#[tokio::test]
async fn profiles_are_listed_used_shown_and_removed_without_secrets() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let login = ["login", "--url", &server.url, "--email", EMAIL, "--password-stdin", "--profile", "second"];
    cli.run_with(&login, PASSWORD).await.done();
    let key = std::fs::read_to_string(cli.profiles_file()).unwrap();
    let key = key.lines().find_map(|line| line.trim().strip_prefix("api-token: ")).unwrap();
    for arguments in [&["profile", "list"][..], &["profile", "show"], &["profile", "show", "second", "-o", "json"]] {
        let shown = cli.run(arguments).await.done();
        assert!(!shown.contains(key) && shown.contains("mk_…"), "{shown}");
    }
    cli.run(&["profile", "use", "second"]).await.done();
    assert_eq!(cli.json(&["profile", "show"]).await["name"], "second");
    let removed = cli.run(&["profile", "remove", "second"]).await;
    assert!(removed.err.contains("still works"), "{removed:?}");
    cli.run(&["whoami"]).await.failed(2, "no default profile");
    cli.run(&["profile", "use", "second"]).await.failed(2, "there is no profile second");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let mode = || std::fs::metadata(cli.profiles_file()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    assert_eq!(cli.run(&["whoami"]).await.err, "");
    std::fs::set_permissions(cli.profiles_file(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let warned = cli.run(&["whoami"]).await;
    assert!(warned.err.contains("chmod 600") && warned.code == 0, "{warned:?}");
}

#[tokio::test]
async fn the_environment_signs_in_and_a_wrong_password_is_said() {
    let server = Server::start().await;
    let cli = Cli::new()
        .with("MINTKEY_URL", &server.url)
        .with("MINTKEY_ACCOUNT_EMAIL", EMAIL)
        .with("MINTKEY_ACCOUNT_PASSWORD", PASSWORD);
    cli.run(&["login"]).await.done();
    let cli = Cli::new();
    cli.run(&["login"]).await.failed(2, "--url");
    cli.run(&["login", "--url", &server.url]).await.failed(2, "--email");
    cli.run(&["login", "--url", &server.url, "--email", EMAIL]).await.failed(2, "--password-stdin");
    let wrong = cli.run_with(&["login", "--url", &server.url, "--email", EMAIL, "--password-stdin"], "wrong").await;
    wrong.failed(1, "the e-mail address or the password is wrong");
    assert!(!cli.profiles_file().exists());
    let key = server.admin().await.key;
    cli.run_with(&["login", "--url", &server.url, "--token-stdin"], &key).await.done();
    cli.run(&["whoami"]).await.done();
}

#[tokio::test]
async fn signing_in_elsewhere_replaces_a_profile_only_if_it_is_named() {
    let (server, other) = (Server::start().await, Server::start().await);
    let cli = Cli::signed_in(&server).await;
    let login = ["login", "--url", &other.url, "--email", EMAIL, "--password-stdin"];
    cli.run_with(&login, PASSWORD).await.failed(2, "name another one with --profile");
    cli.run_with(&[&login[..], &["--profile", "other"]].concat(), PASSWORD).await.done();
    assert_eq!(cli.json(&["profile", "list"]).await["total"], 2);
    cli.run_with(&[&login[..], &["--profile", "default"]].concat(), PASSWORD).await.done();
    assert_eq!(cli.json(&["profile", "show", "default"]).await["url"], other.url.as_str());
}

#[tokio::test]
async fn sign_ins_at_the_same_time_keep_each_others_profiles() {
    let server = Server::start().await;
    let cli = Cli::new();
    let login = async |name: &str| {
        let login = ["login", "--url", &server.url, "--email", EMAIL, "--password-stdin", "--profile", name];
        cli.run_with(&login, PASSWORD).await.done();
    };
    tokio::join!(login("a"), login("b"), login("c"));
    assert_eq!(cli.json(&["profile", "list"]).await["total"], 3);
}

#[tokio::test]
async fn a_token_of_another_organization_than_the_named_one_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let me: serde_json::Value = server.me(&admin.key).await.expect(200);
    let own = me["organization_id"].as_str().unwrap();
    let cli = Cli::new().with("MINTKEY_URL", &server.url).with("MINTKEY_TOKEN", &admin.key);
    let cli = cli.with("MINTKEY_ORGANIZATION_ID", "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01");
    for arguments in [&["whoami"][..], &["token", "create", "--label", "a", "*"], &["exec", "--", "true"]] {
        cli.run(arguments).await.failed(1, &format!("the token belongs to the organization {own}"));
    }
    cli.with("MINTKEY_ORGANIZATION_ID", own).run(&["whoami"]).await.done();
}
