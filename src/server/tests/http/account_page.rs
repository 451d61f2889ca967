//! The console's page of a service account.

use serde_json::{Value, json};

use super::{
    reply::Reply,
    server::{PASSWORD, Server, send},
};

const LIST: &str = "/settings/service-accounts";

struct Page {
    server: Server,
    key: String,
    cookie: String,
    id: String,
}

impl Page {
    async fn start() -> Self {
        let server = Server::start().await;
        let (admin, cookie) = (server.admin().await, server.cookie().await);
        server.add_person("mia@example.com", "member").await;
        let members = send(server.get("/api/v1/members").bearer_auth(&admin.key)).await.expect(200);
        let mia = members["data"].as_array().unwrap().iter().find(|member| member["email"] == "mia@example.com");
        let body = json!({
            "name": "hall-b", "description": "Reads the meters.\nOf hall B.", "allowed_scopes": ["mintkey:tokens.*"],
            "member_ids": [mia.unwrap()["id"]],
        });
        let made = send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&body)).await.expect(201);
        Self { server, key: admin.key, cookie, id: text(&made["id"]) }
    }

    async fn token(&self, label: &str) -> Value {
        let path = format!("/api/v1/service-accounts/{}/tokens", self.id);
        let body = json!({"label": label, "scopes": ["mintkey:tokens.read"]});
        send(self.server.post(&path).bearer_auth(&self.key).json(&body)).await.expect(201)
    }

    fn path(&self) -> String {
        format!("{LIST}/{}", self.id)
    }

    async fn get(&self, path: &str) -> Reply {
        self.get_as(&self.cookie, path).await
    }

    async fn get_as(&self, cookie: &str, path: &str) -> Reply {
        send(self.server.get(path).header("cookie", cookie)).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.server.post(path).header("cookie", &self.cookie).header("origin", &self.server.url);
        send(request.form(form)).await
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn shows(reply: &Reply, words: &[&str]) {
    assert_eq!(reply.status, 200, "{}", reply.text);
    for words in words {
        assert!(reply.text.contains(words), "{words} isn't on the page: {}", reply.text);
    }
}

#[tokio::test]
async fn the_page_tells_what_an_account_may_do_who_manages_it_and_what_it_has() {
    let page = Page::start().await;
    let (blue, green) = (page.token("Blue").await, page.token("Green").await);
    let invalidate = format!("/api/v1/tokens/{}/invalidate", text(&green["id"]));
    send(page.server.post(&invalidate).bearer_auth(&page.key)).await.expect(200);

    let reply = page.get(&page.path()).await;
    let link = format!("/settings/tokens/{}", text(&blue["id"]));
    let all_about_it = format!("/settings/audit?target={}", page.id);
    shows(&reply, &["<title>hall-b", "Of hall B.", &page.id, "Member", "mintkey:tokens.*", "mia@example.com"]);
    shows(&reply, &[&link, "Never used", "Invalidated", "Service account created", &all_about_it]);
    for action in ["edit", "suspend", "decommission"] {
        shows(&reply, &[&format!("{}/{action}?back={}", page.path(), page.path())]);
    }
    shows(&reply, &[&format!("/settings/tokens/new?owner={}&amp;back={}", page.id, page.path())]);
}

#[tokio::test]
async fn lists_and_tokens_lead_to_the_page_for_those_who_may_open_it() {
    let page = Page::start().await;
    let token = page.token("Blue").await;
    let link = format!("href=\"{}\"", page.path());
    let of_token = format!("/settings/tokens/{}", text(&token["id"]));
    for path in [LIST, "/settings/tokens", &of_token] {
        shows(&page.get(path).await, &[&link]);
    }
    let mia = page.server.cookie_of("mia@example.com", PASSWORD).await;
    for path in ["/settings/tokens", &of_token] {
        let reply = page.get_as(&mia, path).await;
        shows(&reply, &["hall-b"]);
        assert!(!reply.text.contains(&page.path()), "{path} leads a member to a page that they can't open");
    }
}

#[tokio::test]
async fn an_account_that_is_not_there_is_not_found_and_a_member_is_refused() {
    let page = Page::start().await;
    for id in ["01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01", "nothing"] {
        let reply = page.get(&format!("{LIST}/{id}")).await;
        assert_eq!(reply.status, 404);
        assert!(reply.text.contains("<main id=\"main\"") && reply.text.contains("Not found"), "{}", reply.text);
    }
    let mia = page.server.cookie_of("mia@example.com", PASSWORD).await;
    for path in [LIST, &page.path()] {
        let reply = page.get_as(&mia, path).await;
        assert_eq!(reply.status, 403);
        assert!(reply.text.contains("Only administrators and auditors can see service accounts."), "{}", reply.text);
    }
    let reply = page.get_as("", &page.path()).await;
    assert_eq!((reply.status, reply.header("location")), (303, &*format!("/login?next={}", page.path())));
}

#[tokio::test]
async fn an_auditor_sees_all_and_no_action() {
    let page = Page::start().await;
    page.server.add_person("una@example.com", "auditor").await;
    let una = page.server.cookie_of("una@example.com", PASSWORD).await;
    let reply = page.get_as(&una, &page.path()).await;
    shows(&reply, &["hall-b", "Recent events"]);
    assert!(!reply.text.contains("/edit?") && !reply.text.contains("/tokens/new"), "{}", reply.text);
}

#[tokio::test]
async fn dialogs_of_the_page_lead_back_to_it() {
    let page = Page::start().await;
    let dialog = |name: &str| format!("{}/{name}?back={}", page.path(), page.path());
    let edited = page.post(&dialog("edit"), &[("name", "hall-c"), ("role", "member")]).await;
    assert_eq!((edited.status, edited.header("location")), (303, &*page.path()));
    let elsewhere = format!("{}/edit?back=https://elsewhere.example/", page.path());
    let edited = page.post(&elsewhere, &[("name", "hall-d"), ("role", "member")]).await;
    assert_eq!((edited.status, edited.header("location")), (303, LIST));

    let new = format!("/settings/tokens/new?owner={}&back={}", page.id, page.path());
    shows(&page.get(&new).await, &["hall-d", "New token"]);
    let form = [("label", "Red"), ("owner", &page.id), ("patterns", "mintkey:tokens.read"), ("expires", "30d")];
    let created = page.post(&new, &form).await;
    shows(&created, &["Copy these now.", &format!("action=\"{}\"", page.path())]);
    let saved = page.post(&page.path(), &[]).await;
    assert_eq!((saved.status, saved.header("location")), (303, &*page.path()));
    shows(&page.get(&page.path()).await, &["Red"]);

    let gone = page.post(&dialog("decommission"), &[]).await;
    assert_eq!((gone.status, gone.header("location")), (303, &*page.path()));
    let reply = page.get(&page.path()).await;
    shows(&reply, &["Decommissioned"]);
    assert!(!reply.text.contains("New token") && !reply.text.contains("/edit?"), "{}", reply.text);
}
