//! `mintkey token` and the other resources.

use serde_json::{Value, json};

use super::{Cli, EMAIL, PASSWORD, Server};
use crate::http::server::send;

#[tokio::test]
async fn from_login_to_a_rotated_token() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let me = cli.json(&["whoami"]).await;
    assert_eq!((&me["principal"]["name"], &me["via"]), (&json!(EMAIL), &json!("api_key")));

    cli.run(&["scope", "create", "plants.read", "--description", "Read the meters"]).await.done();
    cli.run(&["service-account", "create", "hall-b-gateway", "--allowed-scope", "plants.read"]).await.done();
    let arguments =
        ["token", "create", "plants.read", "--label", "gateway", "--owner", "hall-b-gateway", "--ttl", "72h"];
    let token = cli.json(&arguments).await;
    assert_eq!(token["owner"]["name"], "hall-b-gateway");
    let id = token["id"].as_str().unwrap();
    server.me(token["api_key"].as_str().unwrap()).await.expect(200);

    let listed = cli.json(&["token", "list", "--owner", "hall-b-gateway"]).await;
    assert_eq!((&listed["total"], &listed["data"][0]["id"]), (&json!(1), &json!(id)));
    let rotated = cli.json(&["token", "rotate", id]).await;
    server.me(token["api_key"].as_str().unwrap()).await.refused(401, "invalid_credential");
    server.me(rotated["api_key"].as_str().unwrap()).await.expect(200);

    let edited = cli.json(&["token", "edit", "--id", id, "--label", "gateway 2", "--never-expires"]).await;
    assert_eq!((&edited["label"], &edited["expires_at"]), (&json!("gateway 2"), &json!(null)));
    let invalidated = cli.json(&["token", "invalidate", id, "--reason", "stolen"]).await;
    assert_eq!(invalidated["status"], "invalidated");
    cli.run(&["token", "rotate", id]).await.failed(1, "An invalidated token can't be rotated");
    cli.run(&["token", "delete", id]).await.failed(2, "--yes");
    cli.run(&["token", "delete", id, "--yes"]).await.done();
    cli.run(&["token", "get", id]).await.failed(1, "Not found");
}

#[tokio::test]
async fn json_is_the_object_of_the_api() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let admin = server.admin().await;
    for (arguments, path) in [
        (&["token", "get", &admin.id][..], admin.path()),
        (&["token", "list", "--limit", "2"], "/api/v1/tokens?limit=2".to_owned()),
        (&["organization"], "/api/v1/organization".to_owned()),
        (&["scope", "list"], "/api/v1/scopes".to_owned()),
        (&["member", "list"], "/api/v1/members".to_owned()),
        (&["service-account", "list"], "/api/v1/service-accounts".to_owned()),
        (&["member", "invitations"], "/api/v1/members/invitations".to_owned()),
        (&["token", "client-keys", "get", &admin.id], format!("{}/client-keys", admin.path())),
    ] {
        let mut answer = send(server.get(&path).bearer_auth(&admin.key)).await.expect(200);
        let mut printed = cli.json(arguments).await;
        // The command uses its own token, between the two answers.
        for answer in [&mut printed, &mut answer] {
            for token in answer.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
                token.as_object_mut().unwrap().retain(|field, _| !field.starts_with("last_used_"));
            }
        }
        assert_eq!(printed, answer, "{arguments:?}");
    }
}

#[tokio::test]
async fn scopes_are_words_options_or_lists_and_none_is_refused_with_how_to_ask_for_all() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    for name in ["urn:acme:peers.read", "urn:acme:services.read"] {
        cli.run(&["scope", "create", name]).await.done();
    }
    for arguments in [
        &["token", "create", "urn:acme:peers.read", "urn:acme:services.read"][..],
        &["token", "create", "--scope", "urn:acme:peers.read", "--scope", "urn:acme:services.read"],
        &["token", "create", "--scope", "urn:acme:peers.read,urn:acme:services.read"],
    ] {
        let token = cli.json(arguments).await;
        assert_eq!(token["scopes"], json!(["urn:acme:peers.read", "urn:acme:services.read"]), "{arguments:?}");
        assert_eq!(token["label"], "urn:acme:peers.read urn:acme:services.read");
    }
    cli.run(&["token", "create", "--label", "a"]).await.failed(2, "'*'");
    cli.run(&["token", "create", "nonsense"]).await.failed(1, "`mintkey scope list`");
}

#[tokio::test]
async fn lifetimes_are_those_of_the_contract() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    for ttl in ["10s", "60m", "10000h", "90d", "438000h"] {
        cli.run(&["token", "create", "*", "--ttl", ttl]).await.done();
    }
    let failed = cli.run(&["token", "create", "*", "--ttl", "soon"]).await;
    assert_eq!(failed.code, 2);
    assert!(failed.err.contains("72h"), "{failed:?}");
}

#[tokio::test]
async fn every_format_prints_every_list() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.run(&["service-account", "create", "gateway"]).await.done();
    for (arguments, title, name) in [
        (&["token", "list"][..], "LABEL", "0"),
        (&["service-account", "list"], "NAME", "gateway"),
        (&["scope", "list", "tokens.read"], "NAME", "mintkey:tokens.read"),
        (&["member", "list"], "EMAIL", EMAIL),
        (&["audit", "list", "--limit", "3"], "ACTION", "0"),
        (&["profile", "list"], "NAME", "default"),
    ] {
        let table = cli.run(arguments).await.done();
        assert!(table.lines().next().unwrap().contains(title), "{table}");
        let names = cli.run(&[arguments, &["-o", "name"]].concat()).await.done();
        assert!(names.lines().next().unwrap().starts_with(name), "{names}");
        let yaml = cli.run(&[arguments, &["-o", "yaml"]].concat()).await.done();
        assert!(yaml.starts_with("data:\n"), "{yaml}");
        assert!(cli.json(arguments).await["data"].is_array());
    }
}

#[tokio::test]
async fn all_pages_are_one_list() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let admin = server.admin().await;
    for number in 0..120 {
        server.create_token(&admin.key, json!({"label": format!("t{number}"), "scopes": ["*"]})).await;
    }
    assert_eq!(cli.run(&["token", "list", "--all", "-o", "name"]).await.done().lines().count(), 122);
    let page = cli.run(&["token", "list", "--limit", "5"]).await;
    assert!(page.err.contains("5 of 122 tokens"), "{page:?}");
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let token = cli.json(&["token", "create", "*", "--label", "a"]).await;
    let id = token["id"].as_str().unwrap();
    let before = cli.json(&["token", "get", id]).await;
    cli.run(&["token", "create", "*", "--dry-run"]).await.done();
    for arguments in [
        &["token", "edit", id, "--label", "b", "--dry-run"][..],
        &["token", "rotate", id, "--dry-run"],
        &["token", "invalidate", id, "--dry-run"],
        &["token", "delete", id, "--dry-run"],
    ] {
        cli.run(arguments).await.done();
    }
    assert_eq!(cli.json(&["token", "get", id]).await, before);
    assert_eq!(cli.json(&["token", "list"]).await["total"], 2);
}

#[tokio::test]
async fn a_rotated_token_of_the_profile_stays_the_profiles() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let id = cli.json(&["whoami"]).await["token_id"].as_str().unwrap().to_owned();
    let rotated = cli.run(&["token", "rotate", &id]).await;
    assert!(rotated.err.contains("profile default"), "{rotated:?}");
    assert_eq!(cli.json(&["whoami"]).await["token_id"], json!(id));
    cli.run(&["token", "delete", &id, "--yes"]).await.failed(1, "--force");
    cli.run(&["token", "delete", &id, "--yes", "--force"]).await.done();
    cli.run(&["whoami"]).await.failed(1, "`mintkey login`");
}

#[tokio::test]
async fn people_are_managed_by_their_addresses() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    server.add_person("bob@example.com", "member").await;
    let link = cli.run(&["member", "invite", "eve@example.com", "--role", "auditor"]).await.done();
    assert!(link.starts_with(&format!("{}/invite", server.url)), "{link}");
    let invitation = cli.json(&["member", "invitations"]).await["data"][0].clone();
    assert_eq!(invitation["email"], "eve@example.com");
    cli.run(&["member", "withdraw-invitation", invitation["id"].as_str().unwrap()]).await.done();
    assert_eq!(cli.json(&["member", "role", "bob@example.com", "auditor"]).await["role"], "auditor");
    assert_eq!(cli.json(&["member", "deactivate", "bob@example.com"]).await["status"], "deactivated");
    assert_eq!(cli.json(&["member", "activate", "bob@example.com"]).await["status"], "active");
    let link = cli.run(&["member", "reset-link", "bob@example.com"]).await.done();
    assert!(link.starts_with(&format!("{}/reset", server.url)), "{link}");
    cli.run(&["member", "hand-over", "bob@example.com", "me"]).await.done();
    cli.run(&["member", "get", "nobody@example.com"]).await.failed(1, "`mintkey member list`");
}

#[tokio::test]
async fn service_accounts_go_through_their_life() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.run(&["service-account", "create", "gateway", "--description", "Hall B"]).await.done();
    let edited = cli.json(&["service-account", "edit", "gateway", "--allowed-scope", "mintkey:tokens.read"]).await;
    assert_eq!(edited["allowed_scopes"], json!(["mintkey:tokens.read"]));
    cli.run(&["token", "create", "mintkey:tokens.read", "--owner", "gateway"]).await.done();
    assert_eq!(cli.json(&["service-account", "tokens", "gateway"]).await["total"], 1);
    assert_eq!(cli.json(&["service-account", "tokens", "gateway", "--all"]).await["total"], 1);
    assert_eq!(cli.json(&["service-account", "suspend", "gateway"]).await["status"], "suspended");
    assert_eq!(cli.json(&["service-account", "activate", "gateway"]).await["status"], "active");
    cli.run(&["service-account", "decommission", "gateway"]).await.failed(2, "--yes");
    cli.run(&["service-account", "decommission", "gateway", "--yes"]).await.done();
    assert_eq!(cli.json(&["service-account", "get", "gateway"]).await["status"], "decommissioned");
}

#[tokio::test]
async fn settings_scopes_and_the_audit_log_are_there_too() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let edited = cli.json(&["organization", "edit", "--max-token-ttl", "365d"]).await;
    assert_eq!(edited["max_token_ttl"], "365d");
    assert_eq!(cli.json(&["organization", "edit", "--max-token-ttl", "none"]).await["max_token_ttl"], json!(null));
    cli.run(&["scope", "create", "plants.read"]).await.done();
    let scope = cli.json(&["scope", "edit", "plants.read", "--description", "Meters", "--admin-only", "true"]).await;
    assert_eq!((&scope["description"], &scope["admin_only"]), (&json!("Meters"), &json!(true)));
    cli.run(&["scope", "delete", "plants.read", "--yes"]).await.done();
    cli.run(&["scope", "get", "plants.read"]).await.failed(1, "`mintkey scope list`");
    let events = cli.json(&["audit", "list", "--action", "scope.delete"]).await;
    let id = events["data"][0]["id"].as_str().unwrap();
    assert_eq!(cli.json(&["audit", "get", id]).await, events["data"][0]);
}

#[tokio::test]
async fn credentials_are_checked_exchanged_and_revoked() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let token = cli.json(&["token", "create", "mintkey:tokens.read", "--label", "a"]).await;
    let key = token["api_key"].as_str().unwrap();
    cli.run_with(&["verify", "--scope", "mintkey:tokens.read"], key).await.done();
    let refused = cli.run_with(&["verify", "--scope", "mintkey:audit.read", "-o", "json"], key).await;
    assert_eq!(refused.code, 1);
    assert!(refused.out.contains("\"insufficient_scope\""), "{refused:?}");

    let device = Cli::new().with("MINTKEY_URL", &server.url).with("MINTKEY_TOKEN", key);
    let access = device.run(&["access-token", "create"]).await.done();
    server.me(access.trim()).await.expect(200);
    let state = device.run_with(&["access-token", "introspect", "-o", "json"], &access).await.done();
    assert!(state.contains("\"active\": true"), "{state}");
    device.run_with(&["access-token", "revoke"], &access).await.done();
    server.me(access.trim()).await.refused(401, "invalid_credential");
}

#[tokio::test]
async fn a_member_of_an_organization_with_a_maximum_signs_in() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    server.add_person("bob@example.com", "member").await;
    cli.run(&["organization", "edit", "--default-token-ttl", "10d", "--max-token-ttl", "30d"]).await.done();
    for (email, days) in [("bob@example.com", 10), (EMAIL, 30)] {
        let person = Cli::new();
        person.run_with(&["login", "--url", &server.url, "--email", email, "--password-stdin"], PASSWORD).await.done();
        let token = person.json(&["token", "list", "--owner", "me"]).await["data"][0].clone();
        let ttl = |name: &str| token[name].as_str().unwrap().parse::<mintkey_domain::Timestamp>().unwrap();
        assert_eq!(ttl("expires_at").since(ttl("created_at")) / mintkey_domain::DAY, days, "{token}");
        assert!(token["label"].as_str().unwrap().starts_with("mintkey on "), "{token}");
    }
}
