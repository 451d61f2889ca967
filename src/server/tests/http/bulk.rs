//! `POST /api/v1/tokens/bulk`.

use serde_json::{Value, json};

use super::server::{CreatedToken, Server, send};

/// Sends a request about many tokens, and returns the answer.
async fn bulk(server: &Server, key: &str, body: Value) -> Value {
    send(server.post("/api/v1/tokens/bulk").bearer_auth(key).json(&body)).await.expect(200)
}

async fn tokens(server: &Server, key: &str, labels: &[&str]) -> Vec<CreatedToken> {
    let mut tokens = Vec::new();
    for label in labels {
        tokens.push(server.create_token(key, json!({"label": label, "scopes": ["*"]})).await);
    }
    tokens
}

fn outcomes(answer: &Value) -> Vec<(&str, &str)> {
    answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["label"].as_str().unwrap_or_default(), item["outcome"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn named_tokens_are_stopped_one_by_one_and_each_is_an_event() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let tokens = tokens(&server, &admin.key, &["a", "b"]).await;
    let missing = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
    let ids = json!([tokens[0].id, missing, admin.id, tokens[1].id]);
    let dry = bulk(&server, &admin.key, json!({"action": "invalidate", "ids": ids, "dry_run": true})).await;
    assert_eq!(outcomes(&dry), [("a", "selected"), ("", "refused"), ("admin", "selected"), ("b", "selected")]);
    server.me(&tokens[0].key).await.expect(200);

    let answer = bulk(&server, &admin.key, json!({"action": "invalidate", "ids": ids, "reason": "closed"})).await;
    assert_eq!(outcomes(&answer), [("a", "done"), ("", "refused"), ("admin", "refused"), ("b", "done")]);
    assert_eq!(
        (&answer["data"][1]["code"], &answer["data"][2]["code"]),
        (&json!("not_found"), &json!("credential_in_use"))
    );
    assert_eq!(answer["more"], false);
    for token in &tokens {
        server.me(&token.key).await.refused(401, "invalid_credential");
    }
    let events = send(server.get("/api/v1/audit?action=token.invalidate&outcome=done").bearer_auth(&admin.key)).await;
    let events = events.expect(200);
    assert_eq!((&events["total"], &events["data"][0]["details"]["notes"]["reason"]), (&json!(2), &json!("closed")));

    let answer = bulk(&server, &admin.key, json!({"action": "delete", "ids": [tokens[0].id]})).await;
    assert_eq!(outcomes(&answer), [("a", "done")]);
    send(server.get(&tokens[0].path()).bearer_auth(&admin.key)).await.refused(404, "not_found");
    // With `force`, the request's own token too.
    let answer = bulk(&server, &admin.key, json!({"action": "delete", "ids": [admin.id], "force": true})).await;
    assert_eq!(outcomes(&answer), [("admin", "done")]);
}

#[tokio::test]
async fn a_filter_selects_by_label_owner_and_status() {
    let server = Server::start().await;
    let admin = server.admin().await;
    tokens(&server, &admin.key, &["Plant-3-north", "plant-3-south", "plant-30", "other_x", "otherYx"]).await;
    let labels = async |filter: Value| {
        let answer =
            bulk(&server, &admin.key, json!({"action": "invalidate", "filter": filter, "dry_run": true})).await;
        let mut labels: Vec<_> = outcomes(&answer).into_iter().map(|(label, _)| label.to_owned()).collect();
        labels.sort_unstable();
        labels
    };
    assert_eq!(labels(json!({"label": "plant-3-*"})).await, ["Plant-3-north", "plant-3-south"]);
    assert_eq!(labels(json!({"label": "PLANT-30"})).await, ["plant-30"]);
    assert_eq!(labels(json!({"label": "*3*th"})).await, ["Plant-3-north", "plant-3-south"]);
    assert_eq!(labels(json!({"label": "other_x"})).await, ["other_x"]);
    assert_eq!(labels(json!({"label": "100%"})).await, [""; 0]);
    assert_eq!(labels(json!({"label": "plant-3-*", "status": "expired"})).await, [""; 0]);
    assert_eq!(labels(json!({"owner_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01"})).await, [""; 0]);

    bulk(&server, &admin.key, json!({"action": "invalidate", "filter": {"label": "plant-3-*"}})).await;
    // Those that are invalidated already are left out, and can still be deleted.
    assert_eq!(labels(json!({"label": "plant-3*"})).await, ["plant-30"]);
    let answer = bulk(&server, &admin.key, json!({"action": "delete", "filter": {"status": "invalidated"}})).await;
    assert_eq!(answer["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_member_reaches_only_their_own_tokens() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("bob@example.com", "member").await;
    let bob = server.access_token("bob@example.com", super::server::PASSWORD).await;
    let own = server.create_token(&bob, json!({"label": "bob's", "scopes": ["*"]})).await;
    let answer = bulk(&server, &bob, json!({"action": "invalidate", "filter": {"label": "*"}})).await;
    assert_eq!(outcomes(&answer), [("bob's", "done")]);
    let answer = bulk(&server, &bob, json!({"action": "delete", "ids": [admin.id, own.id]})).await;
    assert_eq!(outcomes(&answer), [("", "refused"), ("bob's", "done")]);
    let reader = json!({"label": "reader", "scopes": ["mintkey:tokens.read"]});
    let reader = server.create_token(&admin.key, reader).await;
    let refused = json!({"action": "delete", "ids": [admin.id]});
    let refused = send(server.post("/api/v1/tokens/bulk").bearer_auth(&reader.key).json(&refused)).await;
    refused.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn a_request_without_tokens_or_with_mistakes_is_refused_by_field() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let too_many: Vec<_> = (0..1001).map(|n| format!("01998f6a-5c1e-7d30-8b1f-{n:012}")).collect();
    for (body, field) in [
        (json!({"action": "invalidate"}), "ids"),
        (json!({"action": "invalidate", "ids": []}), "ids"),
        (json!({"action": "invalidate", "ids": ["x"]}), "ids"),
        (json!({"action": "invalidate", "ids": [admin.id, admin.id]}), "ids"),
        (json!({"action": "invalidate", "ids": too_many}), "ids"),
        (json!({"action": "invalidate", "filter": {}}), "filter"),
        (json!({"action": "invalidate", "filter": {"label": ""}}), "filter"),
        (json!({"action": "invalidate", "filter": {"q": ""}}), "filter"),
        (json!({"action": "invalidate", "filter": {"q": " "}}), "filter"),
        (json!({"action": "invalidate", "filter": {"scope": ""}}), "filter"),
        (json!({"action": "invalidate", "filter": {"colour": "red"}}), "filter"),
        (json!({"action": "invalidate", "ids": [admin.id], "filter": {"label": "a"}}), "filter"),
        (json!({"action": "rotate", "ids": [admin.id]}), "action"),
        (json!({"action": "delete", "filter": {"status": "expired", "expiring_within": "7d"}}), "filter"),
        (json!({"action": "delete", "ids": [admin.id], "reason": "closed"}), "reason"),
        (json!({"action": "delete", "ids": [admin.id], "keep_access_tokens": true}), "keep_access_tokens"),
    ] {
        let reply = send(server.post("/api/v1/tokens/bulk").bearer_auth(&admin.key).json(&body)).await;
        reply.refused(400, "validation_failed");
        assert_eq!(reply.json["errors"][0]["field"], field, "{body}");
    }
}

#[tokio::test]
async fn a_thousand_tokens_are_one_request() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let create = |number: usize| {
        let body = json!({"label": format!("t{number}"), "scopes": ["*"]});
        send(server.post("/api/v1/tokens").bearer_auth(&admin.key).json(&body))
    };
    for start in (0..1040).step_by(40) {
        futures_util::future::join_all((start..start + 40).map(create)).await;
    }
    let body = json!({"action": "invalidate", "filter": {"label": "t*"}});
    let first = bulk(&server, &admin.key, body.clone()).await;
    assert_eq!((first["data"].as_array().unwrap().len(), &first["more"]), (1000, &json!(true)));
    let second = bulk(&server, &admin.key, body).await;
    assert_eq!((second["data"].as_array().unwrap().len(), &second["more"]), (40, &json!(false)));
}
