//! Different spellings of the same text are equal: passwords, email addresses and searches.

use std::time::Duration;

use reqwest::{RequestBuilder, Url};
use serde_json::{Value, json};

use super::server::{CreatedToken, PASSWORD, Server, send};

const EN_SPACE: &str = "\u{2002}";

async fn signs_in(server: &Server, email: &str, password: &str) -> bool {
    let body = json!({"username": email, "password": password});
    let api = send(server.post("/api/v1/login").json(&body)).await.status == 200;
    let form = [("email", email), ("password", password)];
    let console = send(server.post("/login").header("origin", &server.url).form(&form)).await.session_cookie();
    assert_eq!(api, console.is_some(), "{email}");
    api
}

fn searched(server: &Server, path: &str, q: &str) -> RequestBuilder {
    server.client.get(Url::parse_with_params(&format!("{}{path}", server.url), [("q", q)]).unwrap())
}

/// Waits until the server has seen a new name from the command line, at most five seconds.
async fn is_named(server: &Server, credential: &str, name: &str) {
    for _ in 0..50 {
        if server.me(credential).await.expect(200)["principal"]["name"] == name {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{name}");
}

/// The search results, by this field.
async fn found(server: &Server, admin: &CreatedToken, path: &str, q: &str, name: &str) -> Vec<String> {
    let list = send(searched(server, path, q).bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(list["total"], list["data"].as_array().unwrap().len(), "{path} {q}");
    list["data"].as_array().unwrap().iter().map(|row| row[name].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_password_is_the_same_in_every_composition_and_with_every_space() {
    let server = Server::start().await;
    let typed = format!("Zu\u{308}ge fahren{EN_SPACE}pu\u{308}nktlich\n");
    let (code, _, error) = server.admin_command_with(&["create-user", "eva@example.com"], &typed).await;
    assert_eq!(code, 0, "{error}");
    for password in ["Züge fahren pünktlich", "Zu\u{308}ge fahren\u{a0}pünktlich", "Züge\u{3000}fahren pünktlich"]
    {
        assert!(signs_in(&server, "eva@example.com", password).await, "{password}");
    }
    for password in ["züge fahren pünktlich", "Züge fahren pünktlich ", "Zuge fahren punktlich"] {
        assert!(!signs_in(&server, "eva@example.com", password).await, "{password}");
    }
}

#[tokio::test]
async fn a_new_password_with_a_character_that_nobody_sees_is_refused_by_name() {
    let server = Server::start().await;
    for hidden in ["correct\u{200b}horse battery", "correct horse\u{feff} battery", "correct\u{202e}horse battery"] {
        let (code, _, error) = server.admin_command_with(&["create-user", "eva@example.com"], hidden).await;
        assert_eq!(code, 2);
        assert!(error.contains("password") && error.contains("invisible"), "{error}");
    }
}

#[tokio::test]
async fn an_account_is_one_in_every_spelling_of_its_address() {
    let server = Server::start().await;
    server.add_person("Jörg@Bücher.example", "member").await;
    for email in ["jo\u{308}rg@bu\u{308}cher.example", "JÖRG@xn--bcher-kva.example", "jörg@bücher.example."] {
        assert!(signs_in(&server, email, PASSWORD).await, "{email}");
        let (code, _, error) = server.admin_command_with(&["create-user", email], PASSWORD).await;
        assert_eq!(code, 1, "{error}");
    }
    for email in ["jo\u{200b}rg@example.com", "jorg\u{202e}@example.com", "jorg@example..com"] {
        let (code, _, error) = server.admin_command_with(&["create-user", email], PASSWORD).await;
        assert_eq!((code, error.contains("email")), (2, true), "{error}");
    }
}

#[tokio::test]
async fn two_addresses_that_became_one_sign_in_by_their_own_text_until_one_is_renamed() {
    let server = Server::start().await;
    server.add_person("one@example.com", "member").await;
    server.add_person_with(&["two@example.com"]).await;
    let mut database = server.database().await;
    for (old, new) in [("one@example.com", "ops@bücher.example"), ("two@example.com", "ops@xn--bcher-kva.example")] {
        let age = "UPDATE users SET email = $2, email_normalized = $2, email_is_normalized = FALSE WHERE email = $1";
        sqlx::query(age).bind(old).bind(new).execute(&mut database).await.unwrap();
    }
    sqlx::query("DELETE FROM settings WHERE name = 'text_forms'").execute(&mut database).await.unwrap();
    drop(database);
    let server = server.restart().await;
    let me = async |server: &Server, email: &str| {
        let key = server.access_token(email, PASSWORD).await;
        server.me(&key).await.expect(200)["principal"]["name"].as_str().unwrap().to_owned()
    };
    for email in ["ops@bücher.example", "ops@xn--bcher-kva.example"] {
        assert_eq!(me(&server, email).await, email);
    }
    let (code, out, _) = server.admin_command(&["check"]).await;
    assert_eq!((code, out.lines().filter(|line| line.contains("rename-user")).count()), (1, 2), "{out}");

    let (code, _, error) =
        server.admin_command(&["rename-user", "ops@xn--bcher-kva.example", "OPS@bücher.example"]).await;
    assert_eq!(code, 1);
    assert!(error.contains("exists"), "{error}");
    let (code, out, error) =
        server.admin_command(&["rename-user", "ops@xn--bcher-kva.example", "two@example.com"]).await;
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("two@example.com"), "{out}");
    assert_eq!(server.admin_command(&["check"]).await.0, 0);
    let [one, two] = ["ops@xn--bcher-kva.example", "two@example.com"].map(|email| server.access_token(email, PASSWORD));
    is_named(&server, &one.await, "ops@bücher.example").await;
    is_named(&server, &two.await, "two@example.com").await;
}

#[tokio::test]
async fn a_renamed_person_keeps_sessions_and_tokens_and_the_log_tells_of_it() {
    let server = Server::start().await;
    server.add_person("eva@example.com", "member").await;
    let admin = server.admin().await;
    let session = server.cookie_of("eva@example.com", PASSWORD).await;
    let access = server.access_token("eva@example.com", PASSWORD).await;
    let (code, _, error) = server.admin_command(&["rename-user", "EVA@example.com", "eva.marie@example.com"]).await;
    assert_eq!(code, 0, "{error}");
    is_named(&server, &access, "eva.marie@example.com").await;
    let page = send(server.get("/settings/profile").header("cookie", session)).await;
    assert_eq!(page.status, 200);
    assert!(!signs_in(&server, "eva@example.com", PASSWORD).await);
    let log = send(server.get("/api/v1/audit?action=user.rename").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(log["data"][0]["details"]["before"], json!({"email": "eva@example.com"}));
    assert_eq!(log["data"][0]["details"]["after"], json!({"email": "eva.marie@example.com"}));
    for (old, new, refused) in [
        ("nobody@example.com", "x@example.com", (1, "Not found")),
        ("eva.marie@example.com", "x", (2, "email")),
        ("eva.marie@example.com", super::server::EMAIL, (1, "exists")),
    ] {
        let (code, _, error) = server.admin_command(&["rename-user", old, new]).await;
        assert_eq!((code, error.contains(refused.1)), (refused.0, true), "{error}");
    }
}

#[tokio::test]
async fn every_list_is_searched_in_the_same_way() {
    let server = Server::start().await;
    server.add_person("Zoë@bücher.example", "member").await;
    let admin = server.admin().await;
    let new = |label: &str, description: Value| json!({"label": label, "description": description, "scopes": ["mintkey:tokens.read"]});
    let token = server.create_token(&admin.key, new("Ärger 🚀 Straße", json!("Reads the Zähler"))).await;
    let hint = token.json["key_hint"].as_str().unwrap().to_owned();
    let account = json!({"name": "Prüfstand", "description": "Halle 7"});
    let account =
        send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&account)).await.expect(201);
    let path = format!("/api/v1/service-accounts/{}/tokens", account["id"].as_str().unwrap());
    send(server.post(&path).bearer_auth(&admin.key).json(&new("machine", Value::Null))).await.expect(201);
    let scope = json!({"name": "telemetry:write", "description": "Größe melden"});
    send(server.post("/api/v1/scopes").bearer_auth(&admin.key).json(&scope)).await.expect(201);

    let last = hint.trim_start_matches("mk_…");
    let (dots, upper_id) = (format!("mk_...{last}"), token.id.to_uppercase());
    for q in
        ["🚀", "ärger", "A\u{308}RGER", "STRASSE", "straße", "zähler", "za\u{308}hl", &hint, &dots, last, &upper_id]
    {
        assert_eq!(found(&server, &admin, "/api/v1/tokens", q, "label").await, ["Ärger 🚀 Straße"], "{q}");
    }
    assert_eq!(found(&server, &admin, "/api/v1/tokens", "pru\u{308}fstand", "label").await, ["machine"]);
    for q in ["PRÜF", "halle 7", account["id"].as_str().unwrap()] {
        assert_eq!(found(&server, &admin, "/api/v1/service-accounts", q, "name").await, ["Prüfstand"], "{q}");
    }
    for q in ["zoe\u{308}", "BÜCHER", "xn--bcher", "Zoë@xn--bcher-kva.example", "zoë@bücher.example."] {
        assert_eq!(found(&server, &admin, "/api/v1/members", q, "email").await, ["Zoë@bücher.example"], "{q}");
    }
    for q in ["TELEMETRY", "gro\u{308}ße", "GRÖSSE"] {
        assert_eq!(found(&server, &admin, "/api/v1/scopes", q, "name").await, ["telemetry:write"], "{q}");
    }
    for q in ["ärger", "strasse", &token.id] {
        assert_eq!(found(&server, &admin, "/api/v1/audit", q, "action").await, ["token.create"], "{q}");
    }
    let cookie = server.cookie().await;
    for (path, q, shown) in [
        ("/settings/tokens", "straSSE", "Ärger"),
        ("/settings/service-accounts", "pru\u{308}f", "Prüfstand"),
        ("/settings/scopes", "GRÖSSE", "telemetry:write"),
        ("/settings/audit", "a\u{308}rger", "Ärger"),
    ] {
        let page = send(searched(&server, path, q).header("cookie", &cookie)).await;
        assert!(page.text.contains(shown), "{path}");
    }
    for path in ["tokens", "service-accounts", "members", "scopes", "audit"] {
        for (q, code) in [("a\u{0}b", "control_character"), (&*"a".repeat(201), "too_long")] {
            let path = format!("/api/v1/{path}");
            let refused = send(searched(&server, &path, q).bearer_auth(&admin.key)).await.expect(400);
            assert_eq!(
                (&refused["errors"][0]["field"], &refused["errors"][0]["code"]),
                (&json!("q"), &json!(code)),
                "{path}"
            );
        }
    }
}
