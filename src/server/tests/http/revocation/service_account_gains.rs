//! Raising a service account's permissions requires invalidating the tokens whose creator can't grant as much.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::requests::{MIA, create_token, member_id, service_account, start};
use crate::http::server::{CreatedToken, PASSWORD, Server, send};

/// A service account that Mia manages, with a token created by her and one created by the administrator.
struct Fixture {
    server: Server,
    admin: CreatedToken,
    path: String,
    by_mia: CreatedToken,
    by_admin: CreatedToken,
}

impl Fixture {
    async fn new(account: Value) -> Self {
        let server = start().await;
        let admin = server.admin().await;
        server.add_person(MIA, "member").await;
        let mia = server.access_token(MIA, PASSWORD).await;
        let mut body = json!({"name": "hall-b", "member_ids": [member_id(&server, &admin.key, MIA).await]});
        body.as_object_mut().unwrap().extend(account.as_object().unwrap().clone());
        let path = format!("/api/v1/service-accounts/{}", service_account(&server, &admin.key, &body).await);
        let make = async |credential: &str, label: &str| {
            let body = json!({"label": label, "scopes": ["*"]});
            let made = send(server.post(&format!("{path}/tokens")).bearer_auth(credential).json(&body)).await;
            CreatedToken::new(made.expect(201))
        };
        let (by_mia, by_admin) = (make(&mia, "mia's").await, make(&admin.key, "ada's").await);
        Self { server, admin, path, by_mia, by_admin }
    }

    fn edit(&self, body: &Value) -> RequestBuilder {
        self.server.patch(&self.path).bearer_auth(&self.admin.key).json(body)
    }

    /// Expects that this edit is refused unless it also invalidates Mia's token.
    async fn requires_invalidating_mias_token(&self, raise: Value) {
        let refused = send(self.edit(&raise)).await;
        assert_eq!(refused.refused(409, "tokens_would_gain").json["token_ids"], json!([self.by_mia.id]));
        self.server.me(&self.by_mia.key).await.expect(200);
        let mut raise = raise;
        raise["invalidate_tokens"] = json!(true);
        send(self.edit(&raise)).await.expect(200);
        self.server.me(&self.by_mia.key).await.refused(401, "invalid_credential");
        let ended = send(self.server.get(&self.by_mia.path()).bearer_auth(&self.admin.key)).await.expect(200);
        assert_eq!(ended["status"], "invalidated");
        self.server.me(&self.by_admin.key).await.expect(200);
    }
}

#[tokio::test]
async fn a_members_token_of_a_service_account_does_not_become_an_administrators() {
    // Attack: keep a wildcard token of a member's service account until the account becomes an administrator.
    let fixture = Fixture::new(json!({})).await;
    fixture.requires_invalidating_mias_token(json!({"role": "admin"})).await;
}

#[tokio::test]
async fn a_token_of_a_service_account_gains_no_scopes_that_its_maker_lost() {
    // Attack: lose one's rights, but keep a wildcard token of a narrow account until its allowed scopes are widened.
    for lost in ["role", "deactivate"] {
        let fixture = Fixture::new(json!({"allowed_scopes": ["mintkey:tokens.read"]})).await;
        let mia = format!("/api/v1/members/{}", member_id(&fixture.server, &fixture.admin.key, MIA).await);
        let request = match lost {
            "role" => fixture.server.patch(&mia).json(&json!({"role": "auditor"})),
            _ => fixture.server.post(&format!("{mia}/deactivate")),
        };
        send(request.bearer_auth(&fixture.admin.key)).await.expect(200);
        fixture.requires_invalidating_mias_token(json!({"allowed_scopes": ["mintkey:tokens.*"]})).await;
    }
}

#[tokio::test]
async fn a_token_that_a_member_rotated_counts_as_theirs() {
    // Attack: rotate an administrator's token of a service account, and keep its secret until the account is raised.
    let mut fixture = Fixture::new(json!({})).await;
    let mia =
        create_token(&fixture.server, &fixture.server.access_token(MIA, PASSWORD).await, "mia's own", &["*"]).await;
    let path = format!("{}/invalidate", fixture.by_mia.path());
    send(fixture.server.post(&path).bearer_auth(&fixture.admin.key)).await.expect(200);
    let path = format!("{}/rotate", fixture.by_admin.path());
    let rotated = CreatedToken::new(send(fixture.server.post(&path).bearer_auth(&mia.key)).await.expect(200));
    let body = json!({"label": "another of ada's", "scopes": ["*"]});
    let tokens = format!("{}/tokens", fixture.path);
    let another = send(fixture.server.post(&tokens).bearer_auth(&fixture.admin.key).json(&body)).await.expect(201);
    (fixture.by_mia, fixture.by_admin) = (rotated, CreatedToken::new(another));
    fixture.requires_invalidating_mias_token(json!({"role": "admin"})).await;
}

#[tokio::test]
async fn a_raise_by_which_no_token_gains_more_than_its_maker_may_grant_needs_no_confirmation() {
    // Control: every token was made by an administrator, so the raise needs no confirmation.
    let fixture = Fixture::new(json!({})).await;
    send(fixture.server.delete(&fixture.by_mia.path()).bearer_auth(&fixture.admin.key)).await.expect(204);
    send(fixture.edit(&json!({"role": "admin"}))).await.expect(200);
    fixture.server.me(&fixture.by_admin.key).await.expect(200);
    let ended = send(fixture.edit(&json!({"role": "member", "invalidate_tokens": true}))).await.expect(200);
    assert_eq!(ended["role"], "member");
    fixture.server.me(&fixture.by_admin.key).await.expect(200);
}
