//! `mintkey admin import` and `export`. The hashes of other systems were computed with Python's hashlib; that of bcrypt is
//! one of jBCrypt's test vectors.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::server::{Server, send};

/// Keys of other systems: the fields of their hashes, and the header that devices send.
fn imported_keys() -> Vec<(&'static str, Value, &'static str, String)> {
    let unkey = "unkey_3ZCwQm9xvP5tLrJ8sD2fGhKb";
    let better_auth = "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKl";
    let knox = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let rest = "Zx9Qw3Er.9fKd82jslA0qpWmNbVcXz7UyTrEwQ12";
    let older_rest = "Ab3Cd4Ef.kD92jsl0AqpWmNbVcXz7UyTrEwQ1277";
    let gitea = "1f3870be274f6c49b3e31a0c6728957f00c0ffee";
    let bcrypt = "abcdefghijklmnopqrstuvwxyz";
    let pair = STANDARD.encode(format!("{MEERSCHAUM_ID}:q8Wz7RkVb2nLm5Xc1Yt6Hj3Gf9Dp0SaE"));
    vec![
        (
            "unkey",
            json!({"prefix": "unkey_", "algorithm": "sha256", "hash": "4zLX6pXZMh2SvgvVnibSQa6zZr1ASvOFRnzsyaK80b8="}),
            "authorization",
            format!("Bearer {unkey}"),
        ),
        (
            "better-auth",
            json!({"length": 64, "algorithm": "sha256", "hash": "C5vASARHBDLhD_vhiKGB_cpxfldYUKZje5zAioniabc"}),
            "x-api-key",
            better_auth.to_owned(),
        ),
        (
            "knox",
            json!({"algorithm": "sha512", "hash": "ad2981aa58beca63a49b8831274b89d81766a23d7932474f03e55cf00cbe27004e66fd09\
                12aed0b3cb1afee2aa904115c89db49d6c9bad785523023a9c309561"}),
            "authorization",
            format!("Token {knox}"),
        ),
        (
            "rest",
            json!({"hash": "sha512$$f259c54d79b6ebd4ff5961b14da6fe843b83dd439a29b163abb49a1db9f473de8769c76fdf24d1ec7ee51c0\
                cc240674862d1db422c66813d9bf9cce63c83aef4"}),
            "authorization",
            format!("Api-Key {rest}"),
        ),
        (
            "older rest",
            json!({"lookup": "Ab3Cd4Ef", "hash": "pbkdf2_sha256$1000$Xy7saltQ1$0qLtO3W6SI6YWsaB0Y6km5Uyy9YIYn4vDSGtDA2tEDQ="}),
            "authorization",
            format!("Api-Key {older_rest}"),
        ),
        (
            "gitea",
            json!({"lookup": "00c0ffee", "lookup_at": "end", "length": 40, "algorithm": "pbkdf2_sha256", "iterations": 1000,
                "salt": "gitea-salt", "encoding": "hex", "hash":
                "55714c610ba32f390708d62632c9120553102cfd793b5a94cd6369ba9105b5c8df5fe63650804d81c8064b32ffc7b2abde91"}),
            "authorization",
            format!("Bearer {gitea}"),
        ),
        (
            "bcrypt",
            json!({"lookup": "abcdef", "hash": "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"}),
            "x-api-key",
            bcrypt.to_owned(),
        ),
        (
            "meerschaum",
            json!({"id": MEERSCHAUM_ID, "hash":
                "$pbkdf2-sha256$1000$AAECAwQFBgcICQoLDA0ODw$/AZrPKeSyOjZLYNZD.3hkEF2qwuoOLRQdC8sTqaQGqI"}),
            "authorization",
            format!("mrsm-key:{pair}"),
        ),
        (
            "as text",
            json!({"key": "home-made-0123456789abcdef"}),
            "authorization",
            "Bearer home-made-0123456789abcdef".to_owned(),
        ),
    ]
}

const MEERSCHAUM_ID: &str = "0b6a5d9c-3f4e-4c1d-8a2b-7e9f10213243";
const RANDOM: &str = "--i-know-these-are-random";

fn line(label: &str, secret: &Value) -> String {
    let mut line = json!({
        "owner": super::server::EMAIL, "label": label, "scopes": ["mintkey:tokens.read"], "expires_at": null,
    });
    line.as_object_mut().unwrap().extend(secret.as_object().unwrap().clone());
    line.to_string()
}

async fn import(server: &Server, lines: &[String], options: &[&str]) -> (i32, String, String) {
    let arguments = [&["import", "-"], options].concat();
    server.admin_command_with(&arguments, &lines.join("\n")).await
}

/// The server notices what the command imported within a second.
async fn noticed() {
    tokio::time::sleep(Duration::from_millis(2500)).await;
}

async fn status(server: &Server, header: &str, value: &str) -> u16 {
    send(server.get("/api/v1/me").header(header, value)).await.status
}

#[tokio::test]
async fn imported_keys_work_unchanged() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let keys = imported_keys();
    for (_, _, header, value) in &keys {
        assert_eq!(status(&server, header, value).await, 401, "before the import");
    }
    let lines: Vec<_> = keys.iter().map(|(label, secret, ..)| line(label, secret)).collect();
    let (code, _, error) = import(&server, &lines, &[]).await;
    assert!(code == 1 && error.contains("line 1: SHA-256 and SHA-512 protect") && error.contains(RANDOM), "{error}");
    let (code, out, error) = import(&server, &lines, &[RANDOM, "--dry-run"]).await;
    assert_eq!((code, out.as_str()), (0, "Would import 9 tokens.\n"), "{error}");
    let (code, out, error) = import(&server, &lines, &[RANDOM]).await;
    assert_eq!((code, out.as_str()), (0, "Imported 9 tokens.\n"), "{error}");
    noticed().await;
    // The first use replaces the hash; the second finds the replaced one.
    for _ in 0..2 {
        for (label, _, header, value) in &keys {
            let me = send(server.get("/api/v1/me").header(*header, value)).await.expect(200);
            assert_eq!(me["via"], "api_key", "{label}");
            let wrong = format!("{}~", &value[..value.len() - 1]);
            assert_eq!(status(&server, header, &wrong).await, 401, "{label}");
        }
    }
    let events = send(server.get("/api/v1/audit?action=token.upgrade_hash").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(events["total"], 6, "one for each hash that isn't SHA-256");
    assert_eq!(events["data"][0]["actor"]["name"], super::server::EMAIL);
    // Again, nothing is new.
    let (code, out, error) = import(&server, &lines, &[RANDOM]).await;
    assert_eq!(code, 0, "{error}");
    assert_eq!(out, "Imported nothing.\nAlready there, and left as they are: 9 tokens.\n");
    // No answer of the API has a hash.
    let tokens = send(server.get("/api/v1/tokens").bearer_auth(&admin.key)).await.text;
    assert!(!tokens.contains("sha512") && !tokens.contains("lookup"), "{tokens}");
    assert_eq!(server.admin_command(&["check"]).await.0, 0);
}

#[tokio::test]
async fn an_imported_key_is_a_token_like_any_other() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let secret = json!({"id": MEERSCHAUM_ID, "key": "device-key-0123456789abcdef"});
    assert_eq!(import(&server, &[line("device", &secret)], &[RANDOM]).await.0, 0);
    noticed().await;
    let key = "device-key-0123456789abcdef";
    server.me(key).await.expect(200);
    // As a client secret too: its client ID is the token's ID.
    let exchanged = send(
        server.post("/oauth/token").basic_auth(MEERSCHAUM_ID, Some(key)).form(&[("grant_type", "client_credentials")]),
    );
    let access_token = exchanged.await.expect(200)["access_token"].as_str().unwrap().to_owned();
    server.me(&access_token).await.expect(200);
    let check =
        server.post("/api/v1/verify").bearer_auth(&admin.key).json(&json!({"credential": format!("Token {key}")}));
    assert_eq!(send(check).await.expect(200)["valid"], true);
    let path = format!("/api/v1/tokens/{MEERSCHAUM_ID}");
    let token = send(server.get(&path).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!((&token["key_hint"], &token["owner"]["name"]), (&json!("…"), &json!(super::server::EMAIL)));
    // A rotation makes it a key of Mintkey's own; in the overlap both work.
    let person = server.access_token(super::server::EMAIL, super::server::PASSWORD).await;
    let rotated = send(server.post(&format!("{path}/rotate")).bearer_auth(&person).json(&json!({"overlap": "1h"})));
    let rotated = rotated.await.expect(200);
    server.me(rotated["api_key"].as_str().unwrap()).await.expect(200);
    server.me(key).await.expect(200);
    send(server.post(&format!("{path}/invalidate")).bearer_auth(&person).json(&json!({}))).await.expect(200);
    server.me(key).await.refused(401, "invalid_credential");
}

#[tokio::test]
async fn nothing_is_imported_if_a_line_has_a_mistake() {
    let server = Server::start().await;
    let good = json!({"key": "good-key-0123456789abcdef"});
    for (wrong, expected) in [
        ("{".to_owned(), "Expected a JSON object."),
        (r#"{"type": "cookie"}"#.to_owned(), "type: Expected one of"),
        (line("a", &json!({})), "hash: Give the hash"),
        (line("a", &json!({"key": "mk_0123456789abcdef"})), "key: Expected 16 to 512"),
        (line("a", &json!({"key": "short"})), "key: Expected 16 to 512"),
        (line("a", &json!({"hash": "abc"})), "algorithm: Say how"),
        (line("a", &json!({"hash": "abc", "algorithm": "sha256"})), "hash: Expected"),
        (line("a", &json!({"hash": "abc", "algorithm": "md5"})), "algorithm: Expected one of"),
        (line("a", &json!({"hash": "$2b$31$aaaa"})), "hash: Expected a bcrypt hash"),
        (line("a", &json!({"hash": "pbkdf2_sha256$9999999$salt$0qLtO3W6SI6YWsaB0Y6km5Uyy9YIYn4vDSGtDA2tEDQ=", "lookup": "abcdef12"})), "iterations: Expected 1 to 2000000"),
        (line("a", &json!({"hash": "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"})), "lookup: Give the part"),
        (line("a", &json!({"hash": "4zLX6pXZMh2SvgvVnibSQa6zZr1ASvOFRnzsyaK80b8=", "algorithm": "mintkey"})), "id: A key of Mintkey's own"),
        (line("a", &json!({"key": "good-key-0123456789abcdef"})), "hash: An earlier line of this import"),
        (line("a", &json!({"key": "good-key-0123456789abcdef", "external_id": "other"})), "hash: An earlier line of this import"),
        (line("a", &json!({"key": "other-key-0123456789abcdef", "owner": "nobody"})), "owner: Expected the address"),
        (line("a", &json!({"key": "other-key-0123456789abcdef", "scopes": ["plants.read"]})), "scopes: Not in the scope catalogue: plants.read."),
        (line("a", &json!({"key": "other-key-0123456789abcdef", "colour": "red"})), "colour: There is no such field"),
        (line("a", &json!({"key": "other-key-0123456789abcdef"})).replace(r#""expires_at":null,"#, ""), "expires_at: This can't be left out."),
        (r#"{"type": "member", "email": "Bob"}"#.to_owned(), "email: "),
        (r#"{"type": "member", "email": "bob@example.com", "password_hash": "$argon2id$v=19$m=999999,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"}"#.to_owned(), "password_hash: Expected"),
        (r#"{"type": "service_account", "name": "gateway", "members": ["nobody@example.com"]}"#.to_owned(), "members: Number 1 is no member"),
        (r#"{"type": "scope", "name": "mintkey:all"}"#.to_owned(), "name: Names that begin with mintkey:"),
    ] {
        let (code, out, error) = import(&server, &[line("good", &good), wrong.clone()], &[RANDOM]).await;
        assert_eq!((code, out.as_str()), (1, ""), "{wrong}");
        assert!(error.contains("line 2: ") && error.contains(expected), "{wrong}: {error}");
        assert!(error.contains("nothing was imported") && !error.contains("0123456789abcdef"), "{error}");
    }
    let admin = server.admin().await;
    let tokens = send(server.get("/api/v1/tokens?q=good").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(tokens["total"], 0);
}

#[tokio::test]
async fn all_mistakes_are_told_at_once_and_what_an_owner_may_not_use_is_a_warning() {
    let server = Server::start().await;
    let key = |text: &str, more: Value| {
        let mut fields = json!({"key": format!("{}-0123456789abcdef", text.replace(' ', "-"))});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line(text, &fields)
    };
    let account = r#"{"type": "service_account", "name": "Gateway"}"#.to_owned();
    let lines = [
        account.clone(),
        key("unknown field", json!({"colour": "red"})),
        key("unknown scope", json!({"scopes": ["plants.read"]})),
        key("unknown owner", json!({"owner": "nobody"})),
    ];
    let (code, _, error) = import(&server, &lines, &[RANDOM]).await;
    assert_eq!(code, 1);
    for told in [
        "line 2: colour",
        "line 3: scopes: Not in the scope catalogue: plants.read. A line of the type",
        "line 4: owner",
    ] {
        assert!(error.contains(told), "{told}: {error}");
    }
    let retired = r#"{"type": "service_account", "name": "Retired", "status": "decommissioned"}"#.to_owned();
    let lines = [
        account,
        retired,
        key("administration", json!({"owner": "Gateway", "scopes": ["mintkey:members.write"]})),
        key("retired", json!({"owner": "Retired"})),
    ];
    let (code, out, error) = import(&server, &lines, &[RANDOM]).await;
    assert_eq!((code, out.as_str()), (0, "Imported 2 service accounts, 2 tokens.\n"), "{error}");
    for told in [
        "warning: line 3: scopes: The owner may not use mintkey:members.write now.",
        "warning: line 4: owner: The owner isn't active",
    ] {
        assert!(error.contains(told), "{told}: {error}");
    }
}

#[tokio::test]
async fn wrong_keys_with_a_known_lookup_are_limited() {
    let server = Server::start().await;
    let keys = imported_keys();
    let (label, secret, header, value) = keys.iter().find(|(label, ..)| *label == "bcrypt").unwrap();
    assert_eq!(import(&server, &[line(label, secret)], &[]).await.0, 0);
    noticed().await;
    for n in 0..5 {
        assert_eq!(status(&server, header, &format!("abcdefghijklmnopqrstuvwx{n:02}")).await, 401);
    }
    let refused = send(server.get("/api/v1/me").header(*header, "abcdefghijklmnopqrstuvwx99")).await;
    assert!(refused.status == 429 && !refused.header("retry-after").is_empty(), "{}", refused.status);
    // Neither an unknown key nor one of Mintkey's own is concerned.
    assert_eq!(status(&server, header, "zzzzzzzzzzzzzzzzzzzzzzzzzz").await, 401);
    let admin = server.admin().await;
    server.me(&admin.key).await.expect(200);
    assert_eq!(status(&server, header, value).await, 429, "as a sign-in after too many wrong passwords");
}

#[tokio::test]
async fn an_export_is_imported_elsewhere_and_everything_works() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read"]).await;
    server.add_person("bob@example.com", "member").await;
    let account = json!({"name": "Gateway", "allowed_scopes": ["plants.*"]});
    let account =
        send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&account)).await.expect(201);
    let token = json!({"label": "Pump 7", "scopes": ["plants.read"], "owner_id": account["id"], "allowed_cidrs": ["127.0.0.0/8"]});
    let token = server.create_token(&admin.key, token).await;
    let rotated =
        send(server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key).json(&json!({"overlap": "1h"})));
    let rotated = rotated.await.expect(200);
    let keys = imported_keys();
    let lines: Vec<_> = keys.iter().map(|(label, secret, ..)| line(label, secret)).collect();
    assert_eq!(import(&server, &lines, &[RANDOM]).await.0, 0);

    let (code, plain, error) = server.admin_command(&["export"]).await;
    assert_eq!(code, 0, "{error}");
    for secret in ["hash", "salt", "lookup", "secrets"] {
        assert!(!plain.contains(&format!("\"{secret}\"")), "{secret} in {plain}");
    }
    let file = server.folder.path().join("export.jsonl");
    let file_name = file.display().to_string();
    let (code, out, error) = server.admin_command(&["export", "--with-hashes", "--output", &file_name]).await;
    assert_eq!((code, out.as_str()), (0, ""), "{error}");
    assert_eq!(server.admin_command(&["export", "--output", &file_name]).await.0, 1, "never overwritten");
    let (_, tokens, _) = server.admin_command(&["export", "--tokens-only"]).await;
    assert!(tokens.lines().all(|line| line.contains(r#""type":"token""#)), "{tokens}");

    let other = Server::start().await;
    let (code, out, error) = other.admin_command(&["import", &file_name]).await;
    assert!(code == 1 && error.contains(RANDOM), "{out} {error}");
    let (code, out, error) = other.admin_command(&["import", &file_name, RANDOM]).await;
    assert_eq!(code, 0, "{error}");
    assert_eq!(
        out,
        "Imported 1 scope, 1 member, 1 service account, 11 tokens.\nAlready there, and left as they are: 1 member.\n"
    );
    noticed().await;
    for key in [admin.key.as_str(), &token.key, rotated["api_key"].as_str().unwrap()] {
        other.me(key).await.expect(200);
    }
    for (label, _, header, value) in &keys {
        assert_eq!(status(&other, header, value).await, 200, "{label}");
    }
    let pump = send(other.get(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    for field in ["label", "scopes", "allowed_cidrs", "expires_at", "created_at", "key_hint"] {
        assert_eq!(pump[field], rotated[field], "{field}");
    }
    assert_eq!(pump["owner"]["name"], "Gateway");
    // The imported member signs in with the password that they had.
    other.cookie_of("bob@example.com", super::server::PASSWORD).await;
    assert_eq!(other.admin_command(&["audit", "verify"]).await.0, 0);
}

/// Exports everything with hashes to a new file of this name.
async fn export(server: &Server, name: &str) -> String {
    let file = server.folder.path().join(name).display().to_string();
    let (code, _, error) = server.admin_command(&["export", "--with-hashes", "--output", &file]).await;
    assert_eq!(code, 0, "{error}");
    file
}

#[tokio::test]
async fn a_deleted_or_rotated_key_is_not_brought_back_by_importing_it_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let person = server.access_token(super::server::EMAIL, super::server::PASSWORD).await;
    let keys = imported_keys();
    let find = |wanted: &str| keys.iter().find(|(label, ..)| *label == wanted).unwrap();
    let lines: Vec<_> = ["knox", "older rest"].map(|label| line(label, &find(label).1)).to_vec();
    assert_eq!(import(&server, &lines, &[RANDOM]).await.0, 0);
    noticed().await;
    let mut ids = Vec::new();
    for label in ["knox", "older rest"] {
        let (_, _, header, value) = find(label);
        let me = send(server.get("/api/v1/me").header(*header, value)).await.expect(200);
        ids.push(me["token_id"].as_str().unwrap().to_owned());
    }
    let rotate = server.post(&format!("/api/v1/tokens/{}/rotate", ids[1])).bearer_auth(&person).json(&json!({}));
    send(rotate).await.expect(200);
    send(server.delete(&format!("/api/v1/tokens/{}", ids[0])).bearer_auth(&admin.key)).await;
    // Neither again, nor under another ID, for another owner.
    let (code, out, error) = import(&server, &lines, &[RANDOM]).await;
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("Imported nothing.") && out.contains("deleted here, and left out: 1 token"), "{out}");
    let others = ["knox", "older rest"].map(|label| {
        let mut secret = find(label).1.clone();
        secret["external_id"] = "another".into();
        line(label, &secret)
    });
    let (code, out, _) = import(&server, &others[..1], &[RANDOM]).await;
    assert!(code == 0 && out.contains("left out: 1 token"), "{out}");
    let (code, _, error) = import(&server, &others[1..], &[RANDOM]).await;
    assert!(code == 1 && error.contains("hash: Another token has this key"), "{error}");
    noticed().await;
    for label in ["knox", "older rest"] {
        let (_, _, header, value) = find(label);
        assert_eq!(status(&server, header, value).await, 401, "{label}");
    }
    let (code, out, error) = import(&server, &lines, &[RANDOM, "--restore-deleted"]).await;
    assert!(code == 0 && out.contains("Imported 1 token."), "{out} {error}");
    noticed().await;
    let (_, _, header, value) = find("knox");
    assert_eq!(status(&server, header, value).await, 200);
}

#[tokio::test]
async fn one_key_is_never_that_of_two_tokens() {
    let server = Server::start().await;
    let (_, knox, header, value) = imported_keys().swap_remove(2);
    let key = value.strip_prefix("Token ").unwrap();
    // The two hashes can't be compared before the first use.
    let lines = [line("by SHA-512", &knox), line("by text", &json!({"key": key}))];
    assert_eq!(import(&server, &lines, &[RANDOM]).await.0, 0);
    noticed().await;
    for _ in 0..3 {
        let me = send(server.get("/api/v1/me").header(header, &value)).await.expect(200);
        let token =
            send(server.get(&format!("/api/v1/tokens/{}", me["token_id"].as_str().unwrap())).header(header, &value));
        assert_eq!(token.await.expect(200)["label"], "by text", "the one whose hash is SHA-256");
    }
    let other = json!({"key": "another-key-0123456789abcdef", "external_id": "1"});
    let (code, _, error) = import(&server, &[line("one", &other)], &[RANDOM]).await;
    assert_eq!(code, 0, "{error}");
    let same_id = json!({"key": "different-key-0123456789abcdef", "external_id": "1"});
    let (code, _, error) = import(&server, &[line("one", &same_id)], &[RANDOM]).await;
    assert!(code == 1 && error.contains("external_id: The token with this ID has another key"), "{error}");
}

#[tokio::test]
async fn an_export_keeps_what_used_keys_look_like_and_whose_each_token_is() {
    let server = Server::start().await;
    let admin = server.admin().await;
    // A service account can have the name of a person.
    let account = json!({"name": super::server::EMAIL});
    let account =
        send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&account)).await.expect(201);
    let token = json!({"label": "Pump", "scopes": ["*"], "owner_id": account["id"]});
    let token = server.create_token(&admin.key, token).await;
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let keys =
        server.put(&format!("{}/client-keys", token.path())).bearer_auth(&admin.key).json(&json!({"keys": [jwk]}));
    send(keys).await.expect(200);
    let overlap =
        server.post(&format!("{}/rotate", token.path())).bearer_auth(&admin.key).json(&json!({"overlap": "1h"}));
    send(overlap).await.expect(200);
    let ambiguous = line("ambiguous", &json!({"key": "ambiguous-0123456789abcdef"}));
    let (code, _, error) = import(&server, &[ambiguous], &[RANDOM]).await;
    assert!(code == 1 && error.contains("owner_type: A member and a service account have this name"), "{error}");
    let imported: Vec<_> =
        imported_keys().into_iter().filter(|(label, ..)| ["unkey", "older rest"].contains(label)).collect();
    let person = |label: &str, secret: &Value| {
        let mut secret = secret.clone();
        secret["owner_type"] = "user".into();
        line(label, &secret)
    };
    let lines: Vec<_> = imported.iter().map(|(label, secret, ..)| person(label, secret)).collect();
    assert_eq!(import(&server, &lines, &[RANDOM]).await.0, 0);
    noticed().await;
    for (_, _, header, value) in &imported {
        assert_eq!(status(&server, header, value).await, 200);
    }
    let file = export(&server, "export.jsonl").await;

    let other = Server::start().await;
    let (code, _, error) = other.admin_command(&["import", &file, RANDOM]).await;
    assert_eq!(code, 0, "{error}");
    noticed().await;
    for (label, _, header, value) in &imported {
        assert_eq!(status(&other, header, value).await, 200, "{label}");
    }
    let me = other.me(&token.key).await.expect(200);
    assert_eq!(me["principal"]["type"], "service_account");
    let again = export(&other, "again.jsonl").await;
    let lines = |file: &str, skipped: &[&str]| -> Vec<Value> {
        let text = std::fs::read_to_string(file).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let tokens = lines.filter(|line| line["type"] == "token").map(|mut line| {
            for field in skipped {
                line.as_object_mut().unwrap().remove(*field);
            }
            line
        });
        tokens.collect()
    };
    let sorted = |file: &str| {
        let mut lines = lines(file, &["last_used_at"]);
        lines.sort_by_key(|line| line["id"].to_string());
        lines
    };
    assert_eq!(sorted(&again), sorted(&file), "an end of a client key, a prefix, an owner: nothing is lost");
}

#[tokio::test]
async fn parallel_first_uses_of_a_slow_key_all_succeed() {
    let server = Server::start().await;
    let (label, secret, header, value) = imported_keys().swap_remove(6);
    assert_eq!(import(&server, &[line(label, &secret)], &[]).await.0, 0);
    noticed().await;
    let uses = (0..20).map(|_| status(&server, header, &value));
    assert!(futures_util::future::join_all(uses).await.iter().all(|status| *status == 200));
    let admin = server.admin().await;
    let events = send(server.get("/api/v1/audit?action=token.upgrade_hash").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(events["total"], 1);
}
