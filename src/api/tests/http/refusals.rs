//! Responses to callers without a valid credential.

use super::world::World;

#[tokio::test]
async fn a_bad_credential_has_one_answer_whatever_the_cause() {
    let world = World::new().await;
    let last = if world.key.ends_with('x') { 'y' } else { 'x' };
    let mistyped = format!("{}{last}", &world.key[..world.key.len() - 1]);
    let wrong_secret = [("authorization", "Basic MDE5OThmNmEtNWMxZS03ZDMwLThiMWYtMGM4YTJmNmU0ZDAxOmE=")];
    let malformed = [("authorization", &*format!("Bearer {mistyped}"))];
    let mut answers = Vec::new();
    for headers in [&wrong_secret[..], &malformed, &[("x-api-key", "a")]] {
        let answer = world.send_with("GET", "/api/v1/me", None, headers).await;
        let id = answer.json["request_id"].as_str().unwrap().to_owned();
        answers.push((answer.status, answer.headers, answer.text.replace(&id, "")));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(answers[0].1["www-authenticate"], r#"Bearer realm="mintkey", error="invalid_token""#);
}

#[tokio::test]
async fn no_credential_is_not_called_a_bad_one() {
    let answer = World::new().await.send_with("GET", "/api/v1/me", None, &[]).await;
    assert_eq!(answer.headers["www-authenticate"], r#"Bearer realm="mintkey""#);
    assert_eq!(answer.is("401")["code"], "credential_required");
}
