//! `/api/v1/login`.

use serde_json::json;

use super::world::{EMAIL, PASSWORD, World};

#[tokio::test]
async fn a_login_answers_as_before() {
    let world = World::new().await;
    let login = json!({"username": EMAIL, "password": PASSWORD, "scope": "mintkey:tokens.read"});
    world.send_with("POST", "/api/v1/login", Some(login), &[]).await.matches("login");
    let wrong = json!({"username": 5, "otp": "1"});
    world.send_with("POST", "/api/v1/login", Some(wrong), &[]).await.matches("login-refused");
}

#[tokio::test]
async fn either_pair_is_enough() {
    let world = World::new().await;
    let person = "username=ada%40example.com&password=correct+horse+battery";
    let client = format!("client_id={}&client_secret={}", world.client_id, world.client_secret);
    for form in [
        person.to_owned(),
        format!("{person}&grant_type=password&scope=mintkey:tokens.read"),
        client.clone(),
        format!("{client}&grant_type=client_credentials"),
    ] {
        world.send_form("/api/v1/login", &form).await.is("200");
    }
}

#[tokio::test]
async fn none_or_half_of_a_pair_is_not_enough_and_both_are_a_conflict() {
    let world = World::new().await;
    let mistakes = async |form: &str| world.send_form("/api/v1/login", form).await.mistakes();
    let expected = |fields: &[&str], code: &str| -> Vec<_> {
        fields.iter().map(|field| ((*field).to_owned(), code.to_owned())).collect()
    };
    let all = ["client_id", "client_secret", "password", "username"];
    assert_eq!(mistakes("").await, expected(&all, "required"));
    assert_eq!(mistakes("username=a").await, expected(&["password"], "required"));
    assert_eq!(mistakes("client_secret=a").await, expected(&["client_id"], "required"));
    let both = mistakes("username=a&password=b&client_id=c&client_secret=d").await;
    assert_eq!(both, expected(&all, "conflict"));
}

#[tokio::test]
async fn the_grant_type_must_match() {
    let world = World::new().await;
    for form in ["username=a&password=b&grant_type=client_credentials", "client_id=a&client_secret=b&grant_type=x"] {
        let mistakes = world.send_form("/api/v1/login", form).await.mistakes();
        assert_eq!(mistakes, [("grant_type".to_owned(), "invalid_format".to_owned())]);
    }
}
