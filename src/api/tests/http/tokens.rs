//! `/api/v1/tokens`, and `/api/v1/me`.

use serde_json::{Value, json};

use super::world::World;

#[tokio::test]
async fn each_operation_on_tokens_answers_as_before() {
    let world = World::new().await;
    let owner = world.service.organization(&world.admin).await.unwrap();
    assert_eq!(owner.name, "Northfield Works");
    let me = world.get("/api/v1/me").await.matches("getMe");
    let token = world.post(
        "/api/v1/tokens",
        json!({
            "label": "Plant 3 gateway",
            "description": "Reads the meters of hall B.",
            "kind": "api_key",
            "owner_id": me["principal"]["id"],
            "scopes": ["mintkey:tokens.read"],
            "allowed_cidrs": ["10.0.0.0/8"],
            "ttl": "1d",
        }),
    );
    let token = token.await.matches("createToken");
    let path = format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
    world.get(&path).await.matches("getToken");
    let changes = json!({"label": "Plant 3", "description": null, "scopes": ["*"], "expires_at": null});
    world.patch(&path, changes).await.matches("editToken");
    let rotation = json!({"overlap": "24h", "keep_client_keys": true});
    world.post(&format!("{path}/rotate"), rotation).await.matches("rotateToken");
    let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]});
    let client_keys = format!("{path}/client-keys");
    world.send("PUT", &client_keys, Some(keys)).await.matches("setClientKeys");
    world.get(&client_keys).await.matches("getClientKeys");
    world.get("/api/v1/tokens").await.matches("listTokens");
    let reason = json!({"reason": "The gateway was stolen", "keep_access_tokens": true, "force": true});
    world.post(&format!("{path}/invalidate"), reason).await.matches("invalidateToken");
    let bulk = json!({"action": "delete", "filter": {"label": "plant*"}, "dry_run": true});
    world.post("/api/v1/tokens/bulk", bulk).await.matches("bulkTokens");
    world.delete(&path).await.matches("deleteToken");
}

#[tokio::test]
async fn each_body_about_tokens_is_refused_as_before() {
    let world = World::new().await;
    let id = world.create_token(json!({"label": "a", "scopes": ["*"]})).await["id"].as_str().unwrap().to_owned();
    let path = |rest: &str| format!("/api/v1/tokens/{id}{rest}");
    world.post("/api/v1/tokens", json!({})).await.matches("createToken-refused");
    let nulls = json!({"label": null, "scopes": [], "allowed_cidrs": null, "colour": "red"});
    world.patch(&path(""), nulls).await.matches("editToken-refused");
    world
        .post(&path("/rotate"), json!({"overlap": "soon", "keep_client_keys": 1}))
        .await
        .matches("rotateToken-refused");
    let reason = json!({"reason": "x".repeat(1001), "force": "true", "keep_access_token": true});
    world.post(&path("/invalidate"), reason).await.matches("invalidateToken-refused");
    let bulk = json!({"action": "rotate", "ids": ["x", id, id], "filter": {"label": 1, "colour": "red"}});
    world.post("/api/v1/tokens/bulk", bulk).await.matches("bulkTokens-refused");
    let keys = json!({"keys": [1, {"kty": "oct", "k": "AA"}]});
    world.send("PUT", &path("/client-keys"), Some(keys)).await.matches("setClientKeys-refused");
}

#[tokio::test]
async fn a_list_of_tokens_is_narrowed_by_each_parameter() {
    let world = World::new().await;
    let token = json!({"label": "plant 3", "scopes": ["mintkey:*"], "ttl": "1d"});
    let token = world.create_token(token).await;
    let owner = token["owner"]["id"].as_str().unwrap();
    let other = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
    let found = async |query: String| world.get(&format!("/api/v1/tokens?{query}")).await.is("200");
    let all =
        format!("status=active&expiring_within=7d&owner_id={owner}&kind=api_key&scope=mintkey:*&q=plant&sort=-label");
    assert_eq!(found(all).await["total"], 1);
    for query in [
        "status=expired".to_owned(),
        "expiring_within=1h".to_owned(),
        format!("owner_id={other}"),
        "kind=kubeconfig".to_owned(),
        "scope=plants.*".to_owned(),
        "q=meadow".to_owned(),
    ] {
        assert_eq!(found(query.clone()).await["total"], 0, "{query}");
    }
    let labels =
        |page: Value| page["data"].as_array().unwrap().iter().map(|one| one["label"].clone()).collect::<Vec<_>>();
    assert_eq!(labels(found("sort=label".to_owned()).await), ["Everything", "plant 3"]);
    assert_eq!(labels(found("sort=-label".to_owned()).await), ["plant 3", "Everything"]);
    assert_eq!(labels(found("sort=-label&page=2&limit=1".to_owned()).await), ["Everything"]);
}

#[tokio::test]
async fn every_parameter_of_a_list_of_tokens_that_has_the_wrong_form_is_named() {
    let world = World::new().await;
    let query = "status=a&expiring_within=7&owner_id=b&kind=c&scope=a%20b&sort=name&page=0&limit=0";
    let answer = world.get(&format!("/api/v1/tokens?{query}")).await;
    let fields: Vec<_> = answer.mistakes().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["expiring_within", "kind", "limit", "owner_id", "page", "scope", "sort", "status"]);
    answer.matches("listTokens-refused");
}

#[tokio::test]
async fn fields_of_another_kind_are_refused() {
    let world = World::new().await;
    let create = async |body: Value| world.post("/api/v1/tokens", body).await;
    let kubeconfig = create(json!({"label": "a", "scopes": ["*"], "kind": "kubeconfig", "namespace": "b"})).await;
    assert_eq!(kubeconfig.mistakes(), [("cluster_id".to_owned(), "required".to_owned())]);
    let api_key = create(json!({"label": "a", "scopes": ["*"], "namespace": "b"})).await;
    assert_eq!(api_key.mistakes(), [("namespace".to_owned(), "conflict".to_owned())]);
}

#[tokio::test]
async fn the_end_is_given_in_one_way() {
    let world = World::new().await;
    let create = async |body: Value| world.post("/api/v1/tokens", body).await;
    let two = create(json!({"label": "a", "scopes": ["*"], "ttl": "x", "expiration_days": 1})).await.mistakes();
    assert_eq!(two, ["expiration_days", "ttl"].map(|field| (field.to_owned(), "conflict".to_owned())));
    let endless = create(json!({"label": "", "scopes": ["*"], "expiration_days": u64::MAX})).await.mistakes();
    assert_eq!(endless[0], ("expiration_days".to_owned(), "exceeds_maximum".to_owned()));
    assert_eq!(endless[1].0, "label", "told at once");
    let days = create(json!({"label": "a", "scopes": ["*"], "expiration_days": 1})).await.is("201");
    assert_eq!(days["expires_at"], "2027-01-16T08:00:00.000Z");
}

#[tokio::test]
async fn null_means_something_for_three_fields_of_an_edit_only() {
    let world = World::new().await;
    let token = json!({"label": "a", "description": "b", "scopes": ["*"], "allowed_cidrs": ["192.0.2.0/24"]});
    let token = world.create_token(token).await;
    let path = format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
    world.post(&format!("{path}/rotate"), json!({"overlap": "1h"})).await.is("200");
    let nulls = json!({"description": null, "expires_at": null, "previous_secret_expires_at": null});
    let edited = world.patch(&path, nulls).await.is("200");
    for field in ["description", "expires_at", "previous_secret_expires_at"] {
        assert_eq!(edited[field], Value::Null, "{field}");
    }
    assert_eq!(edited["label"], "a");
    let wrong = world.patch(&path, json!({"label": null, "scopes": null, "allowed_cidrs": null})).await.mistakes();
    assert_eq!(wrong.len(), 3);
    assert_eq!(world.patch(&path, json!({"scopes": []})).await.mistakes()[0].1, "required");
    let anywhere = world.patch(&path, json!({"allowed_cidrs": []})).await.is("200");
    assert_eq!(anywhere["allowed_cidrs"], json!([]));
}
