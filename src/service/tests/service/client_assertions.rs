//! Clients that authenticate with a signed assertion (RFC 7523).

use std::collections::BTreeMap;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mintkey_domain::{AuditOutcome, ErrorCode, TokenId, Via};
use mintkey_service::{Actor, LoginRequest, Origin, TokenInvalidation};
use mintkey_store::{AuditEvent, AuditFilter, PageRequest};
use serde_json::{Value, json};

use super::world::{World, code, key, session};

const ISSUER: &str = "http://127.0.0.1:8080";
const NOW: i64 = 1_800_000_000;

/// A client with its own key.
struct Client {
    id: TokenId,
    pair: Vec<u8>,
    jwk: Value,
}

#[expect(clippy::disallowed_methods, reason = "a test's own key")]
pub(crate) fn pair() -> (Vec<u8>, Value) {
    let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap().as_ref().to_vec();
    let public = Ed25519KeyPair::from_pkcs8(&pair).unwrap();
    let x = URL_SAFE_NO_PAD.encode(public.public_key().as_ref());
    (pair, json!({"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x}))
}

async fn client(world: &World) -> Client {
    let minted = world.create_token(&world.member, &["mintkey:tokens.read"]).await;
    let (pair, jwk) = pair();
    let keys = std::slice::from_ref(&jwk);
    assert_eq!(world.service.set_client_keys(&world.member, minted.token.id, keys).await.unwrap(), keys);
    Client { id: minted.token.id, pair, jwk }
}

/// An assertion of the token's client, signed with this key pair.
pub(crate) fn sign(id: TokenId, pair: &[u8]) -> String {
    let client = Client { id, pair: pair.to_vec(), jwk: Value::Null };
    client.signed(&client.claims())
}

impl Client {
    fn claims(&self) -> Value {
        json!({"iss": self.id, "sub": self.id, "aud": ISSUER, "exp": NOW + 60, "jti": "1", "iat": NOW})
    }

    fn signed(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some("one".to_owned());
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_ed_der(&self.pair)).unwrap()
    }

    fn with(&self, name: &str, value: impl Into<Value>) -> String {
        let mut claims = self.claims();
        claims[name] = value.into();
        self.signed(&claims)
    }
}

async fn shown(world: &World, assertion: &str) -> Result<Actor, ErrorCode> {
    world.service.authenticate_assertion(assertion, None, Origin::default()).await.map_err(|error| code(&error))
}

async fn refused(world: &World, assertion: &str) -> bool {
    shown(world, assertion).await.err() == Some(ErrorCode::InvalidCredential)
}

#[tokio::test]
async fn an_assertion_stands_for_its_client_once() {
    let world = World::new().await;
    let client = client(&world).await;
    let assertion = client.signed(&client.claims());
    let actor = shown(&world, &assertion).await.unwrap();
    assert_eq!((actor.token_id(), actor.via()), (Some(client.id), Via::ClientAssertion));
    assert!(refused(&world, &assertion).await, "used");
    assert!(refused(&world, &client.with("iat", NOW - 1)).await, "the same jti in another assertion");
    // Of two concurrent uses, one succeeds.
    let again = client.with("jti", "2");
    let (one, other) = tokio::join!(shown(&world, &again), shown(&world, &again));
    assert!(one.is_ok() != other.is_ok());
    // Another process on the same database knows which assertions were used.
    let other = world.another_service().await;
    let seen = other.authenticate_assertion(&assertion, None, Origin::default()).await;
    assert_eq!(seen.err().map(|error| code(&error)), Some(ErrorCode::InvalidCredential));
}

#[tokio::test]
async fn each_claim_counts() {
    let world = World::new().await;
    let client = client(&world).await;
    let other = world.create_token(&world.member, &["mintkey:tokens.read"]).await.token.id;
    for (name, value) in [
        ("iss", json!(other)),
        ("sub", json!(other)),
        ("aud", json!("https://elsewhere.example")),
        ("aud", json!(format!("{ISSUER}/oauth/introspect"))),
        ("aud", json!([ISSUER, "https://elsewhere.example"])),
        ("aud", json!([])),
        ("exp", json!(NOW)),
        ("exp", json!(NOW + 601)),
        ("exp", json!("soon")),
        ("exp", Value::Null),
        ("jti", json!("")),
        ("jti", Value::Null),
        ("jti", json!("x".repeat(256))),
        ("nbf", json!(NOW + 61)),
        ("iat", json!(NOW + 61)),
    ] {
        assert!(refused(&world, &client.with(name, value.clone())).await, "{name} {value}");
    }
    let endpoint = format!("{ISSUER}/oauth/token");
    for (jti, aud) in [
        ("a", json!(ISSUER)),
        ("b", json!([ISSUER])),
        ("c", json!(endpoint)),
        ("e", json!(format!("{ISSUER}/"))),
        ("f", json!([ISSUER, endpoint])),
    ] {
        let mut claims = client.claims();
        (claims["jti"], claims["aud"]) = (json!(jti), aud);
        shown(&world, &client.signed(&claims)).await.map(drop).unwrap();
    }
    let named = client.with("jti", "d");
    let text = other.to_string();
    let seen = world.service.authenticate_assertion(&named, Some(&text), Origin::default()).await;
    assert!(seen.is_err(), "another client_id beside it");
}

#[tokio::test]
async fn why_a_signed_assertion_is_refused_is_in_the_log_and_what_is_not_signed_is_not() {
    let world = World::new().await;
    let client = client(&world).await;
    let maintenance = world.service.start_maintenance();
    let used = client.signed(&client.claims());
    shown(&world, &used).await.map(drop).unwrap();
    assert!(refused(&world, &used).await);
    for (name, value) in [
        ("iss", json!("somebody")),
        ("aud", json!("https://elsewhere.example")),
        ("aud", Value::Null),
        ("exp", json!(NOW + 3600)),
        ("exp", json!(NOW - 1)),
        ("exp", json!("soon")),
        ("nbf", json!(NOW + 3600)),
        ("iat", json!("now")),
        ("jti", Value::Null),
    ] {
        assert!(refused(&world, &client.with(name, value)).await, "{name}");
    }
    let other = world.create_token(&world.member, &["mintkey:tokens.read"]).await.token.id.to_string();
    let named = client.with("jti", "d");
    assert!(world.service.authenticate_assertion(&named, Some(&other), Origin::default()).await.is_err());
    let (pair, _) = pair();
    let thief = Client { id: client.id, pair, jwk: Value::Null };
    assert!(refused(&world, &thief.with("exp", NOW + 3600)).await);
    maintenance.stop(&world.service).await.unwrap();

    let filter = AuditFilter { outcome: Some(AuditOutcome::Refused), ..AuditFilter::default() };
    let page =
        world.store.audit_page(world.organization, &filter, PageRequest::Number { page: 1, limit: 100 }).await.unwrap();
    let mut codes = BTreeMap::new();
    for AuditEvent { count, event, .. } in page.events {
        assert_eq!((event.action.as_str(), event.target_id), ("credential.use", Some(client.id.uuid())));
        assert_eq!(event.via, "client_assertion");
        let details: Value = serde_json::from_str(&event.details).unwrap();
        assert!(details["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
        codes.insert(details["code"].as_str().unwrap().to_owned(), count);
    }
    let expected = [
        ("assertion_audience", 2),
        ("assertion_client_id", 1),
        ("assertion_end_missing", 1),
        ("assertion_expired", 1),
        ("assertion_issuer", 1),
        ("assertion_jti", 1),
        ("assertion_not_yet", 2),
        ("assertion_reused", 1),
        ("assertion_too_long", 1),
    ];
    assert_eq!(codes, expected.map(|(code, count)| (code.to_owned(), count)).into());
}

#[tokio::test]
async fn only_a_key_of_the_client_signs_for_it() {
    let world = World::new().await;
    let client = client(&world).await;
    let (pair, jwk) = pair();
    let thief = Client { id: client.id, pair, jwk };
    assert!(refused(&world, &thief.signed(&thief.claims())).await);
    // The public key as a shared secret, and no signature at all.
    let secret = EncodingKey::from_secret(client.jwk["x"].as_str().unwrap().as_bytes());
    let forged = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &client.claims(), &secret).unwrap();
    assert!(refused(&world, &forged).await);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}.", part(&json!({"alg": "none"})), part(&client.claims()));
    assert!(refused(&world, &unsigned).await);
    // A correct signature under a header with an unsupported extension.
    let header = |more: Value| {
        let mut header = json!({"alg": "Ed25519", "kid": "one"});
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let message = format!("{}.{}", part(&header), part(&client.claims()));
        let pair = Ed25519KeyPair::from_pkcs8(&client.pair).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes())))
    };
    assert!(refused(&world, &header(json!({"crit": ["b64"]}))).await);
    assert!(refused(&world, &header(json!({"kid": "two"}))).await);
    assert!(shown(&world, &header(json!({}))).await.is_ok(), "the name of RFC 9864");
    for text in ["", "a.b.c", "..", &"x".repeat(10_000)] {
        assert!(refused(&world, text).await);
    }
    // A removed key no longer authenticates.
    world.service.set_client_keys(&world.member, client.id, &[]).await.unwrap();
    assert!(refused(&world, &client.signed(&client.claims())).await);
}

#[tokio::test]
async fn an_assertion_of_a_stopped_token_is_refused_and_handing_over_takes_the_keys() {
    let world = World::new().await;
    let (stopped, handed) = (client(&world).await, client(&world).await);
    world.service.invalidate_token(&world.member, stopped.id, TokenInvalidation::default()).await.unwrap();
    assert!(refused(&world, &stopped.signed(&stopped.claims())).await);
    let keys = world.service.set_client_keys(&world.member, stopped.id, &[]).await;
    assert_eq!(code(&keys.unwrap_err()), ErrorCode::TokenInvalidated);
    let [from, to] = [&world.member, &world.other_member].map(|one| match one.principal() {
        Some(mintkey_domain::Principal::User(id)) => id,
        _ => unreachable!(),
    });
    world.service.hand_over(&world.admin, from, to.uuid()).await.unwrap();
    assert!(refused(&world, &handed.signed(&handed.claims())).await);
    let new_owner = session(&world, to, world.organization).await.unwrap();
    assert!(world.service.client_keys(&new_owner, handed.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_assertion_is_exchanged_for_an_access_token_of_its_client() {
    let world = World::new().await;
    let client = client(&world).await;
    let assertion = client.signed(&client.claims());
    let request = LoginRequest::Assertion { assertion, client_id: Some(client.id.to_string()), scope: None };
    let access = world.service.login(request, Origin::default()).await.unwrap();
    let actor = world.use_key(&access.access_token).await.unwrap();
    assert_eq!((actor.token_id(), actor.via()), (Some(client.id), Via::AccessToken));
    let used = world.service.token(&world.member, client.id).await.unwrap();
    assert!(used.last_used_at.is_some());
}

#[tokio::test]
async fn who_holds_less_than_a_token_gives_it_no_key() {
    let world = World::new().await;
    let wide = world
        .create_token(&world.member, &["mintkey:tokens.read", "mintkey:tokens.write", "mintkey:scopes.read"])
        .await;
    let narrow = world.create_token(&world.member, &["mintkey:tokens.write", "mintkey:tokens.read"]).await;
    let thief = world.use_key(&key(&narrow)).await.unwrap();
    let (_, jwk) = pair();
    let refused = world.service.set_client_keys(&thief, wide.token.id, &[jwk]).await;
    assert_eq!(code(&refused.unwrap_err()), ErrorCode::InsufficientScope);
}
