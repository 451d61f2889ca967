//! Raising a service account's permissions requires invalidating the tokens whose creator can't grant as much.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::world::{MIA, member_id, mint, service_account, start};
use crate::http::server::{Minted, PASSWORD, Server, send};

/// A service account that Mia manages, with a token created by her and one created by the administrator.
struct Given {
    server: Server,
    admin: Minted,
    path: String,
    by_mia: Minted,
    by_admin: Minted,
}

impl Given {
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
            Minted::new(made.expect(201))
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
    let given = Given::new(json!({})).await;
    given.requires_invalidating_mias_token(json!({"role": "admin"})).await;
}

#[tokio::test]
async fn a_token_of_a_service_account_gains_no_scopes_that_its_maker_lost() {
    // Attack: lose one's rights, but keep a wildcard token of a narrow account until its allowed scopes are widened.
    for lost in ["role", "deactivate"] {
        let given = Given::new(json!({"allowed_scopes": ["mintkey:tokens.read"]})).await;
        let mia = format!("/api/v1/members/{}", member_id(&given.server, &given.admin.key, MIA).await);
        let request = match lost {
            "role" => given.server.patch(&mia).json(&json!({"role": "auditor"})),
            _ => given.server.post(&format!("{mia}/deactivate")),
        };
        send(request.bearer_auth(&given.admin.key)).await.expect(200);
        given.requires_invalidating_mias_token(json!({"allowed_scopes": ["mintkey:tokens.*"]})).await;
    }
}

#[tokio::test]
async fn a_token_that_a_member_rotated_counts_as_theirs() {
    // Attack: rotate an administrator's token of a service account, and keep its secret until the account is raised.
    let mut given = Given::new(json!({})).await;
    let mia = mint(&given.server, &given.server.access_token(MIA, PASSWORD).await, "mia's own", &["*"]).await;
    let path = format!("{}/invalidate", given.by_mia.path());
    send(given.server.post(&path).bearer_auth(&given.admin.key)).await.expect(200);
    let path = format!("{}/rotate", given.by_admin.path());
    let rotated = Minted::new(send(given.server.post(&path).bearer_auth(&mia.key)).await.expect(200));
    let body = json!({"label": "another of ada's", "scopes": ["*"]});
    let tokens = format!("{}/tokens", given.path);
    let another = send(given.server.post(&tokens).bearer_auth(&given.admin.key).json(&body)).await.expect(201);
    (given.by_mia, given.by_admin) = (rotated, Minted::new(another));
    given.requires_invalidating_mias_token(json!({"role": "admin"})).await;
}

#[tokio::test]
async fn a_raise_by_which_no_token_gains_more_than_its_maker_may_grant_needs_no_confirmation() {
    // Control: every token was made by an administrator, so the raise needs no confirmation.
    let given = Given::new(json!({})).await;
    send(given.server.delete(&given.by_mia.path()).bearer_auth(&given.admin.key)).await.expect(204);
    send(given.edit(&json!({"role": "admin"}))).await.expect(200);
    given.server.me(&given.by_admin.key).await.expect(200);
    let ended = send(given.edit(&json!({"role": "member", "invalidate_tokens": true}))).await.expect(200);
    assert_eq!(ended["role"], "member");
    given.server.me(&given.by_admin.key).await.expect(200);
}
