//! Kubernetes clusters, and the webhook that their API servers ask.

mod kubeconfigs;

use k8s_openapi::{Resource as _, api::authentication::v1::TokenReview};
use serde_json::{Value, json};

use super::server::{CreatedToken, Server, send};

const CA: &str = include_str!("../../../service/tests/authority.pem");

struct World {
    server: Server,
    admin: CreatedToken,
    cluster: Value,
}

impl World {
    /// A cluster whose operators are those who may write, and whose watchers those who may read.
    async fn new() -> Self {
        let server = Server::start().await;
        let admin = server.admin().await;
        server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
        let groups = json!([
            {"group": "operators", "scope": "plants.write"}, {"group": "watchers", "scope": "plants.read"},
            {"group": "everybody", "scope": "plants.read"}, {"group": "everybody", "scope": "plants.write"},
        ]);
        let body = json!({"name": "plant-3", "server": "https://10.4.0.1:6443/", "ca_pem": CA, "groups": groups});
        let made = send(server.post("/api/v1/clusters").bearer_auth(&admin.key).json(&body)).await;
        let cluster = made.expect(201);
        Self { server, admin, cluster }
    }

    fn path(&self) -> String {
        format!("/k8s/{}/tokenreview", self.cluster["id"].as_str().unwrap())
    }

    /// The status of a review by the API server, which has a token of its own.
    async fn review(&self, token: &str) -> Value {
        let answer = self.review_as("authentication.k8s.io/v1", token).await;
        assert_eq!(
            (&answer["apiVersion"], &answer["kind"]),
            (&json!("authentication.k8s.io/v1"), &json!("TokenReview"))
        );
        answer["status"].clone()
    }

    async fn review_as(&self, version: &str, token: &str) -> Value {
        // As an API server sends it.
        let body = json!({
            "kind": "TokenReview", "apiVersion": version, "metadata": {"creationTimestamp": null},
            "spec": {"token": token, "audiences": ["https://kubernetes.default.svc.cluster.local"]},
            "status": {"user": {}},
        });
        let answer = send(self.server.post(&self.path()).bearer_auth(&self.admin.key).json(&body)).await.expect(200);
        // Kubernetes' own types know v1 only; v1beta1 had the same fields.
        let as_v1 = json!({"apiVersion": TokenReview::API_VERSION, "kind": answer["kind"], "status": answer["status"]});
        let read: TokenReview = serde_json::from_value(as_v1).unwrap();
        let again = serde_json::to_value(read).unwrap();
        assert_eq!(again["status"], answer["status"], "no field that Kubernetes doesn't know");
        answer
    }
}

#[tokio::test]
async fn a_key_stands_for_a_user_in_the_groups_of_its_scopes() {
    let world = World::new().await;
    let new = |scopes: Value| world.server.create_token(&world.admin.key, json!({"label": "a", "scopes": scopes}));
    let token = new(json!(["plants.read"])).await;
    let status = world.review(&token.key).await;
    let (organization, owner) = (&token.json["organization_id"], &token.json["owner"]["id"]);
    let name = format!("mintkey:{}:{}", organization.as_str().unwrap(), owner.as_str().unwrap());
    assert_eq!(
        status,
        json!({"authenticated": true, "user": {
            "username": name, "uid": owner, "groups": ["watchers", "everybody"],
            "extra": {"mintkey.dev/token": [token.id]},
        }})
    );
    let everything = new(json!(["*"])).await;
    assert_eq!(world.review(&everything.key).await["user"]["groups"], json!(["operators", "watchers", "everybody"]));
    let access = send(
        world
            .server
            .post("/oauth/token")
            .basic_auth(&token.id, Some(&token.secret))
            .form(&[("grant_type", "client_credentials")]),
    );
    let access = access.await.expect(200)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(world.review(&access).await["user"]["groups"], json!(["watchers", "everybody"]));
    let used = send(world.server.get(&token.path()).bearer_auth(&world.admin.key)).await.expect(200);
    assert!(used["last_used_at"].is_string());
    assert_eq!(
        world.review_as("authentication.k8s.io/v1beta1", &token.key).await["apiVersion"],
        "authentication.k8s.io/v1beta1"
    );
}

#[tokio::test]
async fn whatever_is_not_good_now_is_not_authenticated_and_nothing_is_said_of_it() {
    let world = World::new().await;
    let new = |fields: Value| {
        let mut body = json!({"label": "a", "scopes": ["plants.read"]});
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        world.server.create_token(&world.admin.key, body)
    };
    let no = json!({"authenticated": false});
    let invalidated = new(json!({})).await;
    assert_eq!(world.review(&invalidated.key).await["authenticated"], true);
    let path = format!("{}/invalidate", invalidated.path());
    send(world.server.post(&path).bearer_auth(&world.admin.key)).await.expect(200);
    let bound = new(json!({"allowed_cidrs": ["127.0.0.0/8"]})).await;
    for token in ["", "nonsense", "mk_", &invalidated.key, &invalidated.mistyped_key(), &bound.key] {
        assert_eq!(world.review(token).await, no, "{token}");
    }
    // A scope that left the catalogue makes nobody a member.
    let token = new(json!({})).await;
    let edit = json!({"scopes": ["mintkey:tokens.read"]});
    send(world.server.patch(&token.path()).bearer_auth(&world.admin.key).json(&edit)).await.expect(200);
    assert_eq!(world.review(&token.key).await["user"]["groups"], json!([]));
}

#[tokio::test]
async fn the_webhook_needs_a_credential_in_a_header_and_a_review() {
    let world = World::new().await;
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": "x"}});
    let post = |path: &str| world.server.post(path).json(&review);
    send(post(&world.path())).await.refused(401, "credential_required");
    let cookie = world.server.cookie().await;
    let with_cookie = post(&world.path()).header("cookie", cookie).header("origin", &world.server.url);
    send(with_cookie).await.refused(401, "credential_required");
    let weak = world.server.create_token(&world.admin.key, json!({"label": "a", "scopes": ["plants.read"]})).await;
    send(post(&world.path()).bearer_auth(&weak.key)).await.refused(403, "insufficient_scope");
    let unknown = "/k8s/01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01/tokenreview";
    send(post(unknown).bearer_auth(&world.admin.key)).await.refused(404, "not_found");
    for (body, field) in [
        (json!({"apiVersion": "v1", "kind": "TokenReview", "spec": {"token": "x"}}), "apiVersion"),
        (json!({"apiVersion": "authentication.k8s.io/v1", "kind": "Pod", "spec": {"token": "x"}}), "kind"),
        (json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}), "spec"),
        (json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": 5}}), "spec"),
    ] {
        let reply = send(world.server.post(&world.path()).bearer_auth(&world.admin.key).json(&body)).await;
        assert!(reply.refused(400, "validation_failed").field(field).is_some(), "{body}");
    }
}

#[tokio::test]
async fn a_cluster_is_registered_changed_and_removed() {
    let world = World::new().await;
    let (server, key) = (&world.server, &world.admin.key);
    assert_eq!(
        (&world.cluster["server"], &world.cluster["default_namespace"]),
        (&json!("https://10.4.0.1:6443"), &json!("default"))
    );
    let path = format!("/api/v1/clusters/{}", world.cluster["id"].as_str().unwrap());
    let edit = json!({"name": "plant 3", "groups": []});
    let edited = send(server.patch(&path).bearer_auth(key).json(&edit)).await.expect(200);
    assert_eq!(
        (&edited["name"], &edited["groups"], &edited["server"]),
        (&json!("plant 3"), &json!([]), &world.cluster["server"])
    );
    assert_eq!(send(server.get(&path).bearer_auth(key)).await.expect(200), edited);
    let other = json!({"name": "plant 3", "server": "https://a", "ca_pem": CA});
    send(server.post("/api/v1/clusters").bearer_auth(key).json(&other)).await.refused(409, "already_exists");
    send(server.delete(&path).bearer_auth(key)).await.expect(204);
    send(server.get(&path).bearer_auth(key)).await.refused(404, "not_found");
    let page = send(server.get("/api/v1/clusters").bearer_auth(key)).await.expect(200);
    assert_eq!(page["total"], 0);
    let events = send(server.get("/api/v1/audit?target_type=cluster").bearer_auth(key)).await.expect(200);
    let actions: Vec<_> = events["data"].as_array().unwrap().iter().map(|event| event["action"].clone()).collect();
    assert_eq!(actions, ["cluster.delete", "cluster.edit", "cluster.create"]);
}

#[tokio::test]
async fn each_mistake_in_a_cluster_is_named_and_kubernetes_own_groups_are_never_given() {
    let world = World::new().await;
    let group = |group: &str, scope: &str| json!([{"group": group, "scope": scope}]);
    for (fields, field, code) in [
        (json!({"server": "http://10.4.0.1"}), "server", "invalid_format"),
        (json!({"server": "https://a:b@c"}), "server", "invalid_format"),
        (json!({"server": "https://a:99999"}), "server", "invalid_format"),
        (json!({"server": "https://a:"}), "server", "invalid_format"),
        (json!({"server": "https://a/#\u{1b}[2J"}), "server", "invalid_format"),
        (json!({"server": "https://a/\"b\""}), "server", "invalid_format"),
        (json!({"server": "https://*"}), "server", "invalid_format"),
        (json!({"ca_pem": "x"}), "ca_pem", "invalid_format"),
        (json!({"default_namespace": "Plant_3"}), "default_namespace", "invalid_format"),
        (json!({"groups": group("system:masters", "plants.read")}), "groups", "invalid_format"),
        (json!({"groups": group(" SYSTEM:masters", "plants.read")}), "groups", "invalid_format"),
        (json!({"groups": group("\u{200b}system:masters", "plants.read")}), "groups", "invalid_format"),
        (json!({"groups": group("ſystem:masters", "plants.read")}), "groups", "invalid_format"),
        (json!({"groups": group("", "plants.read")}), "groups", "invalid_format"),
        (json!({"groups": group("a", "plants.delete")}), "groups", "unknown_scope"),
        (
            json!({"groups": [{"group": "a", "scope": "plants.read"}, {"group": "a", "scope": "plants.read"}]}),
            "groups",
            "duplicate",
        ),
        (json!({"groups": [{"group": "a"}]}), "groups", "required"),
    ] {
        let path = format!("/api/v1/clusters/{}", world.cluster["id"].as_str().unwrap());
        let reply = send(world.server.patch(&path).bearer_auth(&world.admin.key).json(&fields)).await;
        assert_eq!(reply.refused(400, "validation_failed").field(field), Some(code), "{fields}");
    }
}
