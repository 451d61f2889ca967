//! Signing keys: rotation with an overlap, immediate revocation, and detection by other processes.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use mintkey_domain::{ErrorCode, MINUTE, Ttl, wire::NewCredentials};
use mintkey_service::{
    Credential, KeyRotation, KeyState, KeyView, LoginRequest, OldKeys, Origin, Service, SigningAlgorithm,
};
use serde_json::{Value, json};

use super::world::{World, code};

async fn access(service: &Service, client: &NewCredentials) -> String {
    let request = LoginRequest::Client {
        client_id: client.token.id.to_string(),
        client_secret: client.client_secret.as_ref().unwrap().expose().to_owned(),
        scope: None,
    };
    service.login(request, Origin::default()).await.unwrap().access_token
}

async fn works(service: &Service, text: &str) -> bool {
    service.authenticate(Credential::Bearer(text), Origin::default()).await.is_ok()
}

async fn rotate(world: &World, algorithm: Option<SigningAlgorithm>, old: OldKeys) -> KeyView {
    // IDs created in the same millisecond aren't ordered.
    world.clock.advance(1);
    world.service.rotate_signing_key(&world.system, KeyRotation { algorithm, old }).await.unwrap()
}

fn after(time: &str) -> OldKeys {
    OldKeys::RetireAfter(Ttl::parse(time).unwrap())
}

fn part(text: &str, index: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

fn published(service: &Service) -> Vec<String> {
    let keys = service.jwks();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// Waits until the maintenance task of the service has polled.
async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it was never seen");
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_verifies_until_its_tokens_have_ended() {
    let world = World::new().await;
    let client = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let first = access(&world.service, &client).await;
    let old = part(&first, 0)["kid"].as_str().unwrap().to_owned();
    let key = rotate(&world, None, after("2h")).await;
    let new = key.id.to_string();
    assert_eq!((key.state, key.algorithm.as_str()), (KeyState::Published, "ES256"));
    assert_eq!(published(&world.service), [new.clone(), old.clone()]);
    assert_eq!(part(&access(&world.service, &client).await, 0)["kid"], old);
    world.clock.advance(10 * MINUTE - 1);
    let last = access(&world.service, &client).await;
    assert_eq!(part(&last, 0)["kid"], old);
    world.clock.advance(1);
    let second = access(&world.service, &client).await;
    assert_eq!(part(&second, 0)["kid"], new);
    world.clock.advance(59 * MINUTE);
    assert!(works(&world.service, &last).await && works(&world.service, &second).await);
    assert_eq!(published(&world.service), [new.clone(), old]);
    world.clock.advance(61 * MINUTE);
    assert_eq!(published(&world.service), [new]);
}

#[tokio::test]
async fn a_second_rotation_waits_for_the_first_and_an_overlap_covers_the_life_of_access_tokens() {
    let world = World::new().await;
    let try_rotating = async |old| {
        let rotation = KeyRotation { algorithm: None, old };
        world.service.rotate_signing_key(&world.system, rotation).await.map_err(|error| code(&error))
    };
    assert_eq!(try_rotating(after("59m")).await, Err(ErrorCode::ValidationFailed));
    try_rotating(after("1h")).await.unwrap();
    assert_eq!(try_rotating(after("1h")).await, Err(ErrorCode::RotationInProgress));
    world.clock.advance(10 * MINUTE);
    try_rotating(after("1h")).await.unwrap();
    try_rotating(OldKeys::Revoke).await.unwrap();
    assert_eq!(world.service.list_signing_keys(&world.system).await.unwrap().len(), 1);
}

#[tokio::test]
async fn keys_of_both_algorithms_sign_and_each_is_taken_with_its_own_only() {
    let world = World::new().await;
    let client = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let es = access(&world.service, &client).await;
    rotate(&world, Some(SigningAlgorithm::EdDsa), after("2h")).await;
    world.clock.advance(10 * MINUTE);
    let ed = access(&world.service, &client).await;
    assert_eq!((part(&es, 0)["alg"].as_str(), part(&ed, 0)["alg"].as_str()), (Some("ES256"), Some("EdDSA")));
    assert!(works(&world.service, &es).await && works(&world.service, &ed).await);
    let jwks = world.service.jwks();
    let key = &jwks["keys"][0];
    assert_eq!((key["kty"].as_str(), key["crv"].as_str(), key.get("d")), (Some("OKP"), Some("Ed25519"), None));
    let payload = ed.split('.').nth(1).unwrap();
    for (alg, token, kid) in [
        ("none", &ed, &ed),
        ("HS256", &ed, &ed),
        ("ES256", &ed, &ed),
        ("EdDSA", &ed, &es),
        ("EdDSA", &es, &es),
        ("ES256", &es, &ed),
    ] {
        let header = json!({"typ": "at+jwt", "alg": alg, "kid": part(kid, 0)["kid"]});
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        for signature in ["", token.split('.').nth(2).unwrap()] {
            assert!(!works(&world.service, &format!("{header}.{payload}.{signature}")).await, "{alg}");
        }
    }
    // The public key as an HMAC secret: the classic algorithm confusion.
    let claims = part(&ed, 1);
    let mut forged = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    forged.typ = Some("at+jwt".to_owned());
    forged.kid = Some(key["kid"].as_str().unwrap().to_owned());
    let secret = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    let forged = jsonwebtoken::encode(&forged, &claims, &jsonwebtoken::EncodingKey::from_secret(&secret)).unwrap();
    assert!(!works(&world.service, &forged).await);
}

#[tokio::test]
async fn revoking_the_old_key_kills_its_access_tokens_at_once_even_remembered_ones() {
    let world = World::new().await;
    let client = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let before = access(&world.service, &client).await;
    assert!(works(&world.service, &before).await);
    let key = rotate(&world, None, OldKeys::Revoke).await;
    assert_eq!(key.state, KeyState::Signing);
    assert!(!works(&world.service, &before).await);
    assert_eq!(published(&world.service), [key.id.to_string()]);
    assert!(works(&world.service, &access(&world.service, &client).await).await);
}

#[tokio::test]
async fn another_process_sees_rotations_and_revocations() {
    let world = World::new().await;
    let other = world.another_service().await;
    let worker = other.start_maintenance();
    let client = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let (one, two) = (access(&world.service, &client).await, access(&world.service, &client).await);
    assert!(works(&other, &one).await && works(&other, &two).await);
    let actor = world.use_key(&super::world::key(&client)).await.unwrap();
    world.service.revoke_access_token(&actor, &one).await.unwrap();
    until(async || !works(&other, &one).await).await;
    assert!(works(&other, &two).await);
    let key = rotate(&world, None, after("2h")).await;
    until(async || published(&other).contains(&key.id.to_string())).await;
    assert!(works(&other, &two).await);
    let key = rotate(&world, None, OldKeys::Revoke).await;
    until(async || !works(&other, &two).await).await;
    assert_eq!(published(&other), [key.id.to_string()]);
    assert!(works(&other, &access(&world.service, &client).await).await);
    worker.stop(&other).await.unwrap();
}
