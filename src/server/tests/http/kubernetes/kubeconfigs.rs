//! Tokens of the kind `kubeconfig`, by the API.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mintkey_domain::{DAY, Timestamp};
use serde_json::{Value, json};

use super::{CA, World};
use crate::http::{
    certificates::tools::{Workbench, data},
    reply::Reply,
    server::{CreatedToken, EMAIL, PASSWORD, send},
};

impl World {
    pub(super) fn cluster_id(&self) -> &str {
        self.cluster["id"].as_str().unwrap()
    }

    /// Requests a kubeconfig; `fields` replace or add to the request, and null removes.
    pub(super) async fn request_kubeconfig(&self, fields: Value) -> Reply {
        let mut body = json!({
            "label": "deployer", "kind": "kubeconfig", "scopes": ["plants.read"], "cluster_id": self.cluster_id(),
        });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        body.as_object_mut().unwrap().retain(|name, value| name == "expires_at" || !value.is_null());
        send(self.server.post("/api/v1/tokens").bearer_auth(&self.admin.key).json(&body)).await
    }

    pub(super) async fn kubeconfig(&self, fields: Value) -> CreatedToken {
        CreatedToken::new(self.request_kubeconfig(fields).await.expect(201))
    }

    /// Registers another cluster with these groups.
    pub(super) async fn add_cluster(&self, name: &str, groups: Value) -> Value {
        let body = json!({"name": name, "server": "https://10.5.0.1", "ca_pem": CA, "groups": groups});
        send(self.server.post("/api/v1/clusters").bearer_auth(&self.admin.key).json(&body)).await.expect(201)
    }
}

/// The kubeconfig that a token came with, as text and read.
fn file(token: &CreatedToken) -> (String, Value) {
    let text = String::from_utf8(data(token)).unwrap();
    let read = serde_saphyr::from_str(&text).unwrap();
    (text, read)
}

#[tokio::test]
async fn a_kubeconfig_says_where_the_cluster_is_and_how_to_authenticate() {
    let world = World::new().await;
    let token = world.kubeconfig(json!({})).await;
    let (text, config) = file(&token);
    let (user, cluster) = (format!("mintkey-{}", token.id), format!("plant-3-{}", world.cluster_id()));
    let hint = format!("Install mintkey, then sign in with: mintkey login --url {}", world.server.url);
    assert_eq!(
        config,
        json!({
            "apiVersion": "v1", "kind": "Config",
            "clusters": [{"name": cluster, "cluster": {
                "server": "https://10.4.0.1:6443",
                "certificate-authority-data": STANDARD.encode(world.cluster["ca_pem"].as_str().unwrap()),
            }}],
            "users": [{"name": user, "user": {"exec": {
                "apiVersion": "client.authentication.k8s.io/v1beta1", "command": "mintkey",
                "args": ["credential", "kube", "--cluster", world.cluster_id()],
                "interactiveMode": "Never", "provideClusterInfo": false, "installHint": hint,
            }}}],
            "contexts": [{"name": "deployer@plant-3", "context": {
                "cluster": cluster, "namespace": "default", "user": user,
            }}],
            "current-context": "deployer@plant-3",
        })
    );
    assert!(!text.contains(&token.key) && !text.contains(&token.secret), "an exec kubeconfig has no secret");
    assert!(!text.contains(['{', '[']), "block style: {text}");
    assert_eq!(
        token.json["kubeconfig"],
        json!({"cluster_id": world.cluster["id"], "namespace": "default", "method": "exec"})
    );
    assert_eq!(token.json["fingerprint_sha256"], Value::Null);

    let token = world.kubeconfig(json!({"method": "token", "namespace": "on"})).await;
    let (text, config) = file(&token);
    assert_eq!(config["users"][0]["user"], json!({"token": token.key}));
    assert_eq!(config["contexts"][0]["context"]["namespace"], "on");
    assert!(text.contains("namespace: \"on\"") || text.contains("namespace: 'on'"), "not true: {text}");
}

#[tokio::test]
async fn a_certificate_names_the_user_and_the_groups_of_its_scopes_now() {
    let world = World::new().await;
    let bench = Workbench::new();
    let token = world.kubeconfig(json!({"method": "certificate"})).await;
    let (_, config) = file(&token);
    for (name, file) in [("client-certificate-data", "leaf.pem"), ("client-key-data", "key.pem")] {
        bench.write(file, STANDARD.decode(config["users"][0]["user"][name].as_str().unwrap()).unwrap());
    }
    bench.download(&world.server, &token, "ca.pem").await;
    bench.run("openssl verify -purpose sslclient -CAfile ca.pem leaf.pem").await;
    let subject = bench.run("openssl x509 -in leaf.pem -noout -subject -nameopt multiline,-align").await;
    let (organization, owner) = (&token.json["organization_id"], &token.json["owner"]["id"]);
    let user = format!("commonName = mintkey:{}:{}", organization.as_str().unwrap(), owner.as_str().unwrap());
    assert_eq!(
        subject.lines().map(str::trim).collect::<Vec<_>>(),
        ["subject=", "organizationName = watchers", "organizationName = everybody", &user]
    );
    let (certificate, key) = (
        bench.run("openssl x509 -in leaf.pem -noout -pubkey").await,
        bench.run("openssl pkey -in key.pem -pubout").await,
    );
    assert_eq!(certificate, key);
    assert_eq!(token.json["certificate"]["fingerprint_sha256"], token.json["fingerprint_sha256"]);
    let time = |name: &str| token.json[name].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert_eq!(time("expires_at").since(time("created_at")), DAY);
}

#[tokio::test]
async fn a_certificate_is_refused_whose_groups_would_mean_more_in_another_cluster() {
    let world = World::new().await;
    let certificate = json!({"method": "certificate"});
    // plant-4 has the same scope, and a group that the certificate wouldn't name.
    let groups = json!([{"group": "watchers", "scope": "plants.read"}, {"group": "owners", "scope": "plants.write"}]);
    world.add_cluster("plant-4", groups).await;
    world.add_cluster("plant-5", json!([{"group": "watchers", "scope": "plants.write"}])).await;
    let reply = world.request_kubeconfig(certificate).await;
    assert_eq!(reply.refused(400, "validation_failed").field("method"), Some("conflict"));
    assert!(reply.text.contains("the group watchers of the cluster plant-5"), "{}", reply.text);
    world.kubeconfig(json!({"method": "token"})).await;
    world.kubeconfig(json!({"method": "certificate", "scopes": ["plants.*"]})).await;
}

#[tokio::test]
async fn a_group_that_a_certificate_names_is_added_to_no_cluster_where_it_would_mean_more() {
    let world = World::new().await;
    let token = world.kubeconfig(json!({"method": "certificate"})).await;
    let new = |scope: &str| json!([{"group": "other", "scope": scope}, {"group": "watchers", "scope": scope}]);
    let create = async |name: &str, groups: Value| {
        let body = json!({"name": name, "server": "https://10.5.0.1", "ca_pem": CA, "groups": groups});
        send(world.server.post("/api/v1/clusters").bearer_auth(&world.admin.key).json(&body)).await
    };
    let same = create("plant-4", new("plants.read")).await.expect(201);
    let reply = create("plant-5", new("plants.write")).await;
    assert_eq!(reply.refused(400, "validation_failed").json["errors"][0]["pointer"], "/groups/1");
    let path = format!("/api/v1/clusters/{}", same["id"].as_str().unwrap());
    let edit = json!({"groups": [{"group": "watchers", "scope": "plants.write"}]});
    let edited = send(world.server.patch(&path).bearer_auth(&world.admin.key).json(&edit)).await;
    assert_eq!(edited.expect(200)["groups"], edit["groups"], "it counts there already");
    let path = format!("{}/invalidate", token.path());
    send(world.server.post(&path).bearer_auth(&world.admin.key)).await.expect(200);
    create("plant-6", new("plants.read")).await.refused(400, "validation_failed");
    create("plant-7", json!([{"group": "other", "scope": "plants.write"}])).await.expect(201);
}

#[tokio::test]
async fn each_mistake_in_a_kubeconfig_is_named() {
    let world = World::new().await;
    let bearer = &world.admin.key;
    for (fields, field, code) in [
        (json!({"cluster_id": null}), "cluster_id", "required"),
        (json!({"cluster_id": "plant-3"}), "cluster_id", "invalid_format"),
        (json!({"cluster_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01"}), "cluster_id", "unknown_cluster"),
        (json!({"namespace": "Plant_3"}), "namespace", "invalid_format"),
        (json!({"namespace": ""}), "namespace", "invalid_format"),
        (json!({"method": "password"}), "method", "invalid_format"),
        (json!({"kind": "api_key"}), "cluster_id", "conflict"),
        (json!({"kind": "client_certificate", "password": "correct horse battery"}), "cluster_id", "conflict"),
        (json!({"password": "correct horse battery"}), "password", "conflict"),
        (json!({"allowed_cidrs": ["10.4.0.0/16"]}), "allowed_cidrs", "conflict"),
        (json!({"method": "certificate", "expires_at": null}), "expires_at", "exceeds_maximum"),
        (json!({"method": "certificate", "ttl": "15d"}), "ttl", "exceeds_maximum"),
        (json!({"method": "certificate", "expiration_days": 15}), "expiration_days", "exceeds_maximum"),
    ] {
        let reply = world.request_kubeconfig(fields.clone()).await;
        assert_eq!(reply.refused(400, "validation_failed").field(field), Some(code), "{fields}");
    }
    world.kubeconfig(json!({"method": "certificate", "ttl": "14d"})).await;
    let token = world.kubeconfig(json!({"expires_at": null})).await;
    let edit = json!({"allowed_cidrs": ["10.4.0.0/16"]});
    let reply = send(world.server.patch(&token.path()).bearer_auth(bearer).json(&edit)).await;
    assert_eq!(reply.refused(400, "validation_failed").field("allowed_cidrs"), Some("conflict"));
    let (_, out, _) = world.server.admin_command(&["organization", "create", "Second", "--admin", EMAIL]).await;
    let login = json!({"username": EMAIL, "password": PASSWORD, "organization_id": out.trim()});
    let access = send(world.server.post("/api/v1/login").json(&login)).await.expect(200);
    let body = json!({"label": "a", "kind": "kubeconfig", "scopes": ["*"], "cluster_id": world.cluster_id()});
    let request = world.server.post("/api/v1/tokens").bearer_auth(access["access_token"].as_str().unwrap());
    let reply = send(request.json(&body)).await;
    assert_eq!(reply.refused(400, "validation_failed").field("cluster_id"), Some("unknown_cluster"));
}

#[tokio::test]
async fn a_certificate_ends_within_two_weeks_whenever_its_token_is_edited() {
    let world = World::new().await;
    let token = world.kubeconfig(json!({"method": "certificate"})).await;
    let edit = async |end: Value| {
        send(world.server.patch(&token.path()).bearer_auth(&world.admin.key).json(&json!({"expires_at": end}))).await
    };
    for end in [Value::Null, json!("2099-01-01T00:00:00Z")] {
        assert_eq!(edit(end).await.refused(400, "validation_failed").field("expires_at"), Some("exceeds_maximum"));
    }
}

#[tokio::test]
async fn a_cluster_stays_while_a_kubeconfig_for_it_may_work() {
    let world = World::new().await;
    let token = world.kubeconfig(json!({})).await;
    let path = format!("/api/v1/clusters/{}", world.cluster_id());
    let delete = async || send(world.server.delete(&path).bearer_auth(&world.admin.key)).await;
    let reply = delete().await;
    reply.refused(409, "cluster_in_use");
    assert_eq!(reply.json["token_ids"], json!([token.id]));
    send(world.server.post(&format!("{}/invalidate", token.path())).bearer_auth(&world.admin.key)).await.expect(200);
    delete().await.expect(204);
    let stored = send(world.server.get(&token.path()).bearer_auth(&world.admin.key)).await.expect(200);
    assert_eq!((&stored["kind"], stored.get("kubeconfig")), (&json!("kubeconfig"), None));
}

#[tokio::test]
async fn a_rotation_returns_another_file_and_ends_the_older_key() {
    let world = World::new().await;
    let token = world.kubeconfig(json!({"method": "certificate", "namespace": "plant"})).await;
    let path = format!("{}/rotate", token.path());
    let rotated = send(world.server.post(&path).bearer_auth(&world.admin.key).json(&json!({}))).await.expect(200);
    let rotated = CreatedToken::new(rotated);
    let (before, after) = (file(&token).1, file(&rotated).1);
    assert_eq!(before["contexts"], after["contexts"]);
    assert_ne!(before["users"][0]["user"], after["users"][0]["user"]);
    assert_ne!(token.json["fingerprint_sha256"], rotated.json["fingerprint_sha256"]);
    assert_eq!(world.review(&token.key).await, json!({"authenticated": false}));
    assert_eq!(world.review(&rotated.key).await["authenticated"], true);
}

#[tokio::test]
async fn a_repeated_request_gets_no_second_file_and_the_audit_log_has_what_it_says() {
    let world = World::new().await;
    let body = json!({
        "label": "deployer", "kind": "kubeconfig", "scopes": ["plants.read"], "cluster_id": world.cluster_id(),
        "method": "token", "namespace": "plant",
    });
    let post = || world.server.post("/api/v1/tokens").bearer_auth(&world.admin.key).json(&body);
    let first = CreatedToken::new(send(post().header("idempotency-key", "one")).await.expect(201));
    let again = send(post().header("idempotency-key", "one")).await.expect(201);
    assert_eq!((&again["id"], again.get("data"), again.get("api_key")), (&first.json["id"], None, None));
    let path = format!("/api/v1/audit?target={}", first.id);
    let events = send(world.server.get(&path).bearer_auth(&world.admin.key)).await.expect(200);
    let details = events["data"][0]["details"].to_string();
    for text in [world.cluster_id(), "\"plant\"", "\"token\""] {
        assert!(details.contains(text), "{text}: {details}");
    }
    assert!(!events.to_string().contains(&first.key));
}
