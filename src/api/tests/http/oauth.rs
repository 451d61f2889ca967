//! `/oauth/…` and `/.well-known/…`.

use super::world::World;

#[tokio::test]
async fn each_operation_of_oauth_answers_as_before() {
    let world = World::new().await;
    let client = format!("client_id={}&client_secret={}", world.client_id, world.client_secret);
    let grant = format!("grant_type=client_credentials&scope=mintkey:tokens.read&{client}");
    let token = world.send_form("/oauth/token", &grant).await.matches("requestAccessToken");
    let token = token["access_token"].as_str().unwrap();
    world.send_form("/oauth/introspect", &format!("token={token}&{client}")).await.matches("introspect");
    world.send_form("/oauth/revoke", &format!("token={token}&{client}")).await.matches("revokeAccessToken");
    let ended = world.send_form("/oauth/introspect", &format!("token={token}&{client}")).await;
    assert_eq!(ended.text, r#"{"active":false}"#);
    world.get("/.well-known/oauth-authorization-server").await.matches("getAuthorizationServer");
    world.get("/.well-known/jwks.json").await.matches("getKeys");
}

#[tokio::test]
async fn each_form_of_oauth_is_refused_as_before() {
    let world = World::new().await;
    let client = format!("client_id={}&client_secret={}", world.client_id, world.client_secret);
    world.send_form("/oauth/token", &client).await.matches("requestAccessToken-refused");
    world.send_form("/oauth/introspect", &format!("{client}&token=a&token=b")).await.matches("introspect-refused");
    world
        .send_form("/oauth/revoke", &format!("{client}&token={}", world.key))
        .await
        .matches("revokeAccessToken-refused");
}
