//! Kubernetes clusters in the console, by forms as a browser without script sends them.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{
    reply::Reply,
    server::{PASSWORD, Server, send},
};

const CA: &str = include_str!("../../../service/tests/authority.pem");
const LIST: &str = "/settings/clusters";
const NEW: &str = "/settings/clusters/new";

/// A server with two scopes, and its administrator.
struct World {
    server: Server,
    key: String,
    cookie: String,
}

impl World {
    async fn new() -> Self {
        let server = Server::start().await;
        let (key, cookie) = (server.admin().await.key, server.cookie().await);
        server.add_scopes(&key, &["plants.read", "plants.write"]).await;
        Self { server, key, cookie }
    }

    async fn open(&self, path: &str) -> Reply {
        send(self.server.get(path).header("cookie", &self.cookie)).await
    }

    async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        send(form(&self.server, path, &self.cookie, fields)).await
    }

    /// Adds plant-3 with a group; returns the path of its page.
    async fn add(&self) -> String {
        let reply = self.submit(NEW, &fields(&[("groups", "watchers = plants.read")])).await;
        assert_eq!(reply.status, 303, "{}", reply.text);
        reply.header("location").to_owned()
    }

    async fn clusters(&self) -> Vec<Value> {
        let page = send(self.server.get("/api/v1/clusters").bearer_auth(&self.key)).await.expect(200);
        page["data"].as_array().unwrap().clone()
    }
}

fn form(server: &Server, path: &str, cookie: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    server.post(path).header("cookie", cookie).header("origin", &server.url).form(fields)
}

/// The form of plant-3, with these fields in place of its own.
fn fields<'f>(others: &[(&'static str, &'f str)]) -> Vec<(&'static str, &'f str)> {
    let own = [("name", "plant-3"), ("server", "https://10.4.0.1:6443"), ("ca_pem", CA), ("groups", "")];
    let own = own.into_iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
    own.chain(others.iter().copied()).collect()
}

/// The text of a page, with its quotation marks and equals signs as they are read.
fn readable(reply: &Reply) -> String {
    reply.text.replace("&#x27;", "'").replace("&#39;", "'").replace("&quot;", "\"")
}

#[tokio::test]
async fn a_cluster_is_added_by_a_form_and_its_page_has_the_webhook() {
    let world = World::new().await;
    let empty = world.open(LIST).await;
    assert!(empty.text.contains("docs/kubernetes.md") && empty.text.contains("Add cluster"), "{}", empty.text);
    // Browsers send line breaks as CR LF.
    let pem = CA.replace('\n', "\r\n");
    let groups = "operators = plants.write\r\n\r\nwatchers=plants.read\r\n";
    let added = world.submit(NEW, &fields(&[("ca_pem", &pem), ("groups", groups)])).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let cluster = &world.clusters().await[0];
    let id = cluster["id"].as_str().unwrap();
    assert_eq!(added.header("location"), format!("{LIST}/{id}"));
    assert_eq!(
        cluster["groups"],
        json!([{"group": "operators", "scope": "plants.write"}, {"group": "watchers", "scope": "plants.read"}])
    );
    assert_eq!((&cluster["ca_pem"], &cluster["default_namespace"]), (&json!(CA), &json!("default")));
    let webhook = format!("{}/k8s/{id}/tokenreview", world.server.url);
    for path in [LIST.to_owned(), format!("{LIST}/{id}")] {
        let page = world.open(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for part in [&webhook, "plant-3", "https://10.4.0.1:6443", "operators", "plants.write", &format!(">{id}<")] {
            assert!(page.text.contains(part), "{path} lacks {part}: {}", page.text);
        }
    }
    assert!(world.open(&format!("{LIST}/{id}")).await.text.contains("-----BEGIN CERTIFICATE-----"));
}

#[tokio::test]
async fn mistakes_keep_what_was_typed_and_each_is_at_its_field() {
    let world = World::new().await;
    world.add().await;
    for (others, field, message) in [
        (&[("name", " ")][..], "name", "Enter a name"),
        (&[("name", "plant-3")], "name", "There is a cluster of this name."),
        (&[("server", "http://10.4.0.1")], "server", "Expected https://"),
        (&[("ca_pem", "not a certificate")], "ca_pem", "Expected certificates in PEM"),
        (&[("ca_pem", "")], "ca_pem", "Paste the certificates"),
        (&[("default_namespace", "Plant_3")], "default_namespace", "lower-case letters"),
        (&[("groups", "a = plants.read\r\n\r\noperators")], "groups", "Line 3: Expected a group"),
        (&[("groups", "\r\na = plants.delete")], "groups", "Line 2: The catalogue has no such scope."),
        (&[("groups", "system:masters = plants.read")], "groups", "Line 1: Groups that begin with system:"),
    ] {
        let others: Vec<_> = [("name", "plant-4")]
            .into_iter()
            .filter(|(name, _)| others.iter().all(|(other, _)| other != name))
            .chain(others.iter().copied())
            .collect();
        let sent = fields(&others);
        let reply = world.submit(NEW, &sent).await;
        let text = readable(&reply);
        assert_eq!(reply.status, 400, "{others:?} {text}");
        let error = text.split(&format!("id=\"{field}-e\"")).nth(1).and_then(|rest| rest.split("</p>").next());
        assert!(error.is_some_and(|error| error.contains(message)), "{field} lacks {message}: {text}");
        assert!(text.contains(&format!("href=\"#{field}\"")), "the summary leads to {field}: {text}");
        assert!(text.contains("1 thing to fix"), "{text}");
        for (name, value) in &sent {
            assert!(
                text.replace("\r\n", "\n").contains(value.replace("\r\n", "\n").trim_end()),
                "{name} is lost: {text}"
            );
        }
    }
    let several = world.submit(NEW, &fields(&[("name", "plant-4"), ("server", "x"), ("groups", "a = b\nc = d")])).await;
    let text = readable(&several);
    assert!(text.contains("3 things to fix") && text.contains("Line 1:") && text.contains("Line 2:"), "{text}");
    assert_eq!(world.clusters().await.len(), 1);
}

#[tokio::test]
async fn a_cluster_is_edited_and_a_group_whose_scope_is_gone_does_not_stop_it() {
    let world = World::new().await;
    let page = world.add().await;
    let scopes = send(world.server.get("/api/v1/scopes").bearer_auth(&world.key)).await.expect(200);
    let scope = scopes["data"].as_array().unwrap().iter().find(|scope| scope["name"] == "plants.read").unwrap().clone();
    let path = format!("/api/v1/scopes/{}", scope["id"].as_str().unwrap());
    send(world.server.delete(&path).bearer_auth(&world.key)).await.expect(204);

    let edit = format!("{page}/edit");
    let dialog = world.open(&edit).await;
    for part in ["value=\"plant-3\"", "watchers = plants.read", "-----BEGIN CERTIFICATE-----"] {
        assert!(dialog.text.contains(part), "the form lacks {part}: {}", dialog.text);
    }
    let same = [("groups", "watchers = plants.read"), ("name", "plant 3"), ("default_namespace", "gateways")];
    let saved = world.submit(&edit, &fields(&same)).await;
    assert_eq!((saved.status, saved.header("location")), (303, page.as_str()), "{}", saved.text);
    let cluster = &world.clusters().await[0];
    assert_eq!((&cluster["name"], &cluster["default_namespace"]), (&json!("plant 3"), &json!("gateways")));
    assert_eq!(cluster["groups"][0]["scope"], "plants.read");

    let refused = world.submit(&edit, &fields(&[("groups", "a = plants.write\nwatchers = plants.read")])).await;
    assert!(refused.status == 400 && refused.text.contains("Line 2: The catalogue"), "{}", refused.text);
    let saved = world.submit(&edit, &fields(&[("groups", "")])).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    assert_eq!(world.clusters().await[0]["groups"], json!([]));
    let events = world.open("/settings/audit").await.text;
    assert!(events.contains("Cluster edited") && events.contains("Cluster added"), "{events}");
}

#[tokio::test]
async fn members_and_auditors_see_clusters_and_change_none() {
    let world = World::new().await;
    let page = world.add().await;
    for role in ["member", "auditor"] {
        let email = format!("{role}@example.com");
        world.server.add_person(&email, role).await;
        let cookie = world.server.cookie_of(&email, PASSWORD).await;
        for path in [LIST, &page] {
            let reply = send(world.server.get(path).header("cookie", &cookie)).await;
            assert!(reply.status == 200 && reply.text.contains("plant-3"), "{role} {path} {}", reply.text);
            assert!(reply.text.contains("href=\"/settings/clusters\""), "the navigation leads there");
            for part in ["Add cluster", "/edit\"", "/delete\""] {
                assert!(!reply.text.contains(part), "{role} is offered {part}: {}", reply.text);
            }
        }
        for path in [NEW.to_owned(), format!("{page}/edit"), format!("{page}/delete")] {
            let opened = send(world.server.get(&path).header("cookie", &cookie)).await;
            let sent = send(form(&world.server, &path, &cookie, &fields(&[("name", "other")]))).await;
            for reply in [opened, sent] {
                assert_eq!(reply.status, 403, "{role} {path}");
                assert!(reply.text.contains("Only administrators can change clusters."), "{}", reply.text);
            }
        }
    }
    assert_eq!(world.clusters().await[0]["name"], "plant-3");
    // Refusals are written at the latest when the server stops.
    let server = world.server.restart().await;
    for action in ["cluster.create", "cluster.edit", "cluster.delete"] {
        let path = format!("/api/v1/audit?outcome=refused&action={action}");
        let events = send(server.get(&path).bearer_auth(&world.key)).await.expect(200);
        assert_eq!(events["total"], 2, "{action}: {events}");
    }
}

#[tokio::test]
async fn a_deleted_cluster_is_gone_and_its_events_stay() {
    let world = World::new().await;
    let page = world.add().await;
    let delete = format!("{page}/delete");
    let dialog = world.open(&delete).await;
    assert!(dialog.text.contains("Delete this cluster?") && dialog.text.contains("alertdialog"), "{}", dialog.text);
    let deleted = world.submit(&delete, &[]).await;
    assert_eq!((deleted.status, deleted.header("location")), (303, LIST), "{}", deleted.text);
    assert_eq!(world.clusters().await, Vec::<Value>::new());
    for path in [page.clone(), format!("{page}/edit"), delete.clone()] {
        assert_eq!(world.open(&path).await.status, 404, "{path}");
    }
    assert_eq!(world.submit(&delete, &[]).await.status, 404);
    let events = world.open("/settings/audit").await.text;
    assert!(events.contains("Cluster deleted"), "{events}");
}

#[tokio::test]
async fn an_event_about_a_cluster_leads_to_its_page() {
    let world = World::new().await;
    let page = world.add().await;
    let events =
        send(world.server.get("/api/v1/audit?action=cluster.create").bearer_auth(&world.key)).await.expect(200);
    let event = world.open(&format!("/settings/audit/{}", events["data"][0]["id"].as_str().unwrap())).await;
    assert!(event.text.contains(&format!("href=\"{page}\"")), "{}", event.text);
}
