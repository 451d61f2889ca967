//! The console shows user input as text, never as markup.

use serde_json::json;

use super::{
    reply::Reply,
    server::{Server, send},
};

const CA: &str = include_str!("../../../service/tests/authority.pem");
/// Closes the surrounding element and opens another one.
const TYPED: &str = "\"></textarea></title></script><i-was-typed>";

struct Console {
    server: Server,
    cookie: String,
}

impl Console {
    async fn page(&self, path: &str) -> Reply {
        send(self.server.get(path).header("cookie", &self.cookie)).await
    }

    async fn sent(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.server.post(path).header("cookie", &self.cookie).header("origin", &self.server.url);
        send(request.form(form)).await
    }
}

fn shown_as_text(reply: &Reply, what: &str) {
    assert!(reply.text.contains("i-was-typed"), "{what}: {} {}", reply.status, reply.text);
    assert!(!reply.text.contains("<i-was-typed"), "{what} is markup");
}

#[tokio::test]
async fn what_was_typed_is_text_in_every_form_that_comes_back() {
    let server = Server::start().await;
    let (admin, cookie) = (server.admin().await, server.cookie().await);
    let id = admin.json["id"].as_str().unwrap().to_owned();
    let console = Console { server, cookie };
    for (path, fields) in [
        (
            "/settings/tokens/new",
            &["label", "description", "allowed_cidrs", "patterns", "scopes[]", "owner", "kind", "pkcs12", "csr"][..],
        ),
        (&format!("/settings/tokens/{id}/edit"), &["label", "description", "allowed_cidrs", "patterns", "scopes[]"]),
        (&format!("/settings/tokens/{id}/client-keys"), &["keys"]),
        (&format!("/settings/tokens/{id}/delete"), &["confirm"]),
        ("/settings/service-accounts/new", &["name", "description", "allowed_scopes"]),
        ("/settings/scopes/new", &["name", "description"]),
        ("/settings/clusters/new", &["name", "server", "ca_pem", "default_namespace", "groups"]),
        ("/settings/members/invite", &["email"]),
        ("/settings/organization", &["name", "default_token_ttl", "max_token_ttl", "audience", "audit_retention"]),
        ("/settings/organization/certificates", &["certificates", "private_key"]),
    ] {
        let mut shown = 0;
        for field in fields {
            // Too long to be valid, so that the form is shown again.
            let typed = format!("{TYPED}{}", "x".repeat(1100));
            let reply = console.sent(path, &[(field, &typed)]).await;
            assert!(!reply.text.contains("<i-was-typed"), "{path} {field} is markup");
            shown += usize::from(reply.text.contains("i-was-typed"));
        }
        assert!(shown > 0, "{path} shows nothing that was typed");
    }
}

#[tokio::test]
async fn a_link_that_fills_in_a_form_brings_text_and_no_markup() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let console = Console { server, cookie };
    for (name, end) in [("label", ""), ("scopes", "*")] {
        let typed = TYPED.replace('<', "%3C").replace('>', "%3E").replace('"', "%22");
        shown_as_text(&console.page(&format!("/settings/tokens/new?{name}={typed}{end}")).await, name);
    }
}

#[tokio::test]
async fn what_is_kept_is_text_on_every_page_that_shows_it() {
    let server = Server::start().await;
    let (admin, cookie) = (server.admin().await, server.cookie().await);
    let post = |path: &str, body| send(server.post(path).bearer_auth(&admin.key).json(&body));
    let token = json!({"label": TYPED, "description": TYPED, "scopes": ["mintkey:tokens.read"]});
    let token = post("/api/v1/tokens", token).await.expect(201)["id"].as_str().unwrap().to_owned();
    let account = json!({"name": TYPED, "description": TYPED});
    let account = post("/api/v1/service-accounts", account).await.expect(201)["id"].as_str().unwrap().to_owned();
    let groups = json!([{"group": TYPED, "scope": "mintkey:tokens.read"}]);
    let cluster = json!({"name": TYPED, "server": "https://a", "ca_pem": CA, "groups": groups});
    let cluster = post("/api/v1/clusters", cluster).await.expect(201)["id"].as_str().unwrap().to_owned();
    let console = Console { server, cookie };
    for path in [
        "/settings/tokens".to_owned(),
        format!("/settings/tokens/{token}"),
        format!("/settings/tokens/{token}/edit"),
        format!("/settings/tokens/{token}/delete"),
        "/settings/service-accounts".to_owned(),
        format!("/settings/service-accounts/{account}/edit"),
        "/settings/clusters".to_owned(),
        format!("/settings/clusters/{cluster}"),
        format!("/settings/clusters/{cluster}/edit"),
        format!("/settings/clusters/{cluster}/delete"),
        "/settings/audit".to_owned(),
    ] {
        shown_as_text(&console.page(&path).await, &path);
    }
}

#[tokio::test]
async fn a_pages_scripts_carry_its_nonce_and_are_its_own() {
    let server = Server::start().await;
    let (first, second) = (send(server.get("/login")).await, send(server.get("/login")).await);
    let policies = |reply: &Reply| reply.header("content-security-policy").to_owned();
    assert_ne!(policies(&first), policies(&second), "a nonce is for one answer");
    let policies = policies(&first);
    let (first, second) = policies.split_once(", ").unwrap();
    assert!(first.contains("default-src 'none'; script-src 'nonce-") && !first.contains("strict-dynamic"), "{first}");
    assert_eq!(second, "script-src 'self' 'wasm-unsafe-eval'", "one with the nonce imports nothing foreign either");
}
