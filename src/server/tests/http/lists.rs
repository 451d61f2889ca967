//! Lists: pagination, cursors, filters and sort order.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::server::{EMAIL, Server, send};

async fn list(server: &Server, key: &str, query: &str) -> Value {
    send(server.get(&format!("/api/v1/tokens?{query}")).bearer_auth(key)).await.expect(200)
}

fn labels(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|token| token["label"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_and_cursors_show_every_token_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for n in 0..44 {
        server.create_token(&admin.key, json!({"label": format!("t{n:02}"), "scopes": ["*"]})).await;
    }
    let first = list(&server, &admin.key, "").await;
    assert_eq!((&first["total"], &first["page"], &first["limit"]), (&json!(45), &json!(1), &json!(20)));
    assert_eq!(labels(&first)[0], "t43", "newest first");
    assert!(first.get("total_capped").is_none());

    for sort in
        ["created_at", "-created_at", "label", "-label", "expires_at", "-expires_at", "last_used_at", "-last_used_at"]
    {
        let mut seen = HashSet::new();
        for page in 1..=5 {
            let page = list(&server, &admin.key, &format!("sort={sort}&limit=10&page={page}")).await;
            seen.extend(labels(&page).into_iter().map(str::to_owned));
        }
        assert_eq!(seen.len(), 45, "{sort} by pages");
        seen.clear();
        let mut page = list(&server, &admin.key, &format!("sort={sort}&limit=10")).await;
        loop {
            seen.extend(labels(&page).into_iter().map(str::to_owned));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            page = list(&server, &admin.key, &format!("sort={sort}&limit=10&cursor={cursor}")).await;
            assert!(page["page"].is_null());
        }
        assert_eq!(seen.len(), 45, "{sort} by cursor");
    }
    let beyond = list(&server, &admin.key, "page=9999").await;
    assert_eq!((labels(&beyond).len(), &beyond["total"], &beyond["next_cursor"]), (0, &json!(45), &Value::Null));
    assert_eq!(labels(&list(&server, &admin.key, "limit=100").await).len(), 45);
    assert_eq!(labels(&list(&server, &admin.key, "sort=label&limit=2").await), ["admin", "t00"]);
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read"]).await;
    let soon = server
        .create_token(&admin.key, json!({"label": "Plant 3 gateway", "scopes": ["plants.read"], "ttl": "2d"}))
        .await;
    let past = server.create_token(&admin.key, json!({"label": "Old pump", "scopes": ["*"], "ttl": "1s"})).await;
    let dead = server.create_token(&admin.key, json!({"label": "Dead pump", "scopes": ["*"]})).await;
    send(server.post(&format!("{}/invalidate", dead.path())).bearer_auth(&admin.key)).await.expect(200);
    server.me(&soon.key).await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let owner = admin.json["owner"]["id"].as_str().unwrap();
    let hint = soon.json["key_hint"].as_str().unwrap();
    assert_ne!(past.id, dead.id);
    for (query, expected) in [
        ("status=active&sort=label".to_owned(), &["admin", "Plant 3 gateway"][..]),
        ("status=expired".to_owned(), &["Old pump"]),
        ("status=invalidated".to_owned(), &["Dead pump"]),
        ("expiring_within=7d".to_owned(), &["Plant 3 gateway"]),
        ("expiring_within=1h".to_owned(), &[]),
        ("scope=plants.read".to_owned(), &["Plant 3 gateway"]),
        ("scope=plants.write".to_owned(), &[]),
        ("kind=kubeconfig".to_owned(), &[]),
        (format!("owner_id={owner}&status=expired"), &["Old pump"]),
        ("owner_id=01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01".to_owned(), &[]),
        ("q=pump&sort=label".to_owned(), &["Dead pump", "Old pump"]),
        ("q=PLANT".to_owned(), &["Plant 3 gateway"]),
        ("q=gate".to_owned(), &["Plant 3 gateway"]),
        ("q=ateway".to_owned(), &[]),
        ("q=%25".to_owned(), &[]),
        (format!("q={hint}"), &["Plant 3 gateway"]),
    ] {
        let page = list(&server, &admin.key, &query).await;
        assert_eq!(labels(&page), expected, "{query}");
        assert_eq!(page["total"], expected.len(), "{query}");
    }
    assert_eq!(list(&server, &admin.key, "q=").await["total"], 4);
}

#[tokio::test]
async fn anything_else_in_a_query_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (query, field, code) in [
        ("colour=red", "colour", "unknown_field"),
        ("offset=3", "offset", "unknown_field"),
        ("page=1&page=2", "page", "duplicate"),
        ("page=0", "page", "invalid_format"),
        ("page=-1", "page", "invalid_format"),
        ("page=x", "page", "invalid_format"),
        ("page=99999999999", "page", "invalid_format"),
        ("limit=0", "limit", "invalid_format"),
        ("limit=101", "limit", "invalid_format"),
        ("limit=", "limit", "invalid_format"),
        ("sort=name", "sort", "invalid_format"),
        ("sort=--label", "sort", "invalid_format"),
        ("status=Active", "status", "invalid_format"),
        ("status=", "status", "invalid_format"),
        ("expiring_within=7", "expiring_within", "invalid_format"),
        ("owner_id=x", "owner_id", "invalid_format"),
        ("kind=x", "kind", "invalid_format"),
        ("scope=a%20b", "scope", "invalid_format"),
        ("cursor=x", "cursor", "invalid_format"),
        ("page=1&cursor=x", "cursor", "conflict"),
    ] {
        let reply = send(server.get(&format!("/api/v1/tokens?{query}")).bearer_auth(&admin.key)).await;
        assert_eq!(reply.refused(400, "validation_failed").field(field), Some(code), "{query}: {}", reply.text);
    }
    for path in ["/api/v1/me?a=1", "/api/v1/scopes?sort=name", &*format!("{}?a=1", admin.path())] {
        send(server.get(path).bearer_auth(&admin.key)).await.refused(400, "validation_failed");
    }
    send(server.delete(&format!("{}?force=1", admin.path())).bearer_auth(&admin.key))
        .await
        .refused(400, "validation_failed");
}

#[tokio::test]
async fn no_list_ever_shows_a_secret() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let reply = send(server.get("/api/v1/tokens").bearer_auth(&admin.key)).await;
    assert!(reply.text.contains(EMAIL));
    for secret in [&*admin.key, &*admin.secret, &admin.secret[4..47], "hash"] {
        assert!(!reply.text.contains(secret));
    }
}
