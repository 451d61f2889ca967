//! An API key that was pasted into a URL is neither searched for nor repeated.

use serde_json::json;

use super::server::{Server, send};

#[tokio::test]
async fn an_address_with_a_key_leads_to_its_token_or_nowhere() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = server.create_token(&admin.key, json!({"label": "a", "scopes": ["*"]})).await;
    let cookie = server.cookie().await;
    let places = [
        "/settings/tokens?q=",
        "/settings/tokens/new?label=",
        "/settings/service-accounts?q=",
        "/settings/scopes?q=",
        "/settings/audit?target=",
        "/settings/tokens/",
        "/login?next=%2Fsettings%2Ftokens%3Fq%3D",
        "/nowhere/",
    ];
    for place in places {
        let open = |secret: &str| server.get(&format!("{place}{secret}")).header("cookie", &cookie);
        let reply = send(open(&token.key)).await;
        assert_eq!(
            (reply.status, reply.header("location")),
            (303, &*format!("/settings/tokens/{}", token.id)),
            "{place}"
        );
        for (request, secret) in
            [(open(&token.secret), &token.secret), (server.get(&format!("{place}{}", token.key)), &token.key)]
        {
            let refused = send(request).await;
            assert_eq!(refused.status, 400, "{place}");
            assert!(!refused.text.contains(secret.as_str()) && !refused.text.contains(&secret[4..40]), "{place}");
            assert_eq!(refused.header("referrer-policy"), "no-referrer");
        }
    }
}

#[tokio::test]
async fn the_api_searches_for_no_whole_key() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for path in ["/api/v1/tokens?q=", "/api/v1/service-accounts?q=", "/api/v1/tokens?scope="] {
        let reply = send(server.get(&format!("{path}{}", admin.key)).bearer_auth(&admin.key)).await;
        let field = path.rsplit('?').next().unwrap().trim_end_matches('=');
        assert_eq!(reply.refused(400, "validation_failed").field(field), Some("invalid_format"));
        assert!(!reply.text.contains(&admin.key));
    }
}
