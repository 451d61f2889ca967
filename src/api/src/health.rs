//! Whether the process lives, whether it can work, and the public keys of its access tokens.

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use mintkey_domain::ErrorCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint},
    routes::Routes,
};

const AREA: &str = "Operation";

/// How long a verifier may keep the public keys: shorter than a new key waits before it signs.
const KEYS_CACHE: &str = "public, max-age=300";

static ALIVE: Endpoint = Endpoint {
    path: "/healthz",
    name: "getHealth",
    title: "Is the process alive?",
    about: "Answers while the process lives; looks at nothing else. For a supervisor that restarts.",
    area: AREA,
    answer: Answer::json::<Health>(200, "The process lives.", example),
    ..Endpoint::EMPTY
};

static READY: Endpoint = Endpoint {
    path: "/readyz",
    name: "getReadiness",
    title: "Can it work?",
    about: "Answers 200 only while the database answers. For a load balancer.",
    area: AREA,
    answer: Answer::json::<Health>(200, "The database answers.", example),
    refusals: &[ErrorCode::Unavailable],
    ..Endpoint::EMPTY
};

/// RFC 7517 section 8.5.2.
const KEY_SET: &str = "application/jwk-set+json";

static KEYS: Endpoint = Endpoint {
    path: "/.well-known/jwks.json",
    name: "getKeys",
    title: "The public keys of access tokens",
    about: "A JSON Web Key Set (RFC 7517): whoever gets an access token can check its signature with these, by `kid`, \
            without asking Mintkey. It then doesn't learn of an invalidation before the access token ends.",
    area: AREA,
    answer: Answer::json_as::<KeySet>(KEY_SET, 200, "The keys; they may be kept for five minutes.", keys_example),
    ..Endpoint::EMPTY
};

/// That it is well.
#[derive(Serialize, ToSchema)]
struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// A JSON Web Key Set (RFC 7517 section 5).
#[derive(Serialize, ToSchema)]
struct KeySet {
    /// The keys, each with `kty`, `kid`, `use` and `alg` beside its numbers.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.open(&ALIVE, alive).open(&READY, ready).open(&KEYS, keys)
}

async fn alive(_call: Call) -> Outcome {
    answer::json(StatusCode::OK, &Health { status: "ok" })
}

async fn ready(call: Call) -> Outcome {
    call.api.service.ready().await?;
    answer::json(StatusCode::OK, &Health { status: "ok" })
}

async fn keys(call: Call) -> Outcome {
    let mut response = Response::new(Body::from(call.api.service.jwks().to_string()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(KEY_SET));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEYS_CACHE));
    Ok(response)
}

fn example() -> String {
    r#"{ "status": "ok" }"#.to_owned()
}

fn keys_example() -> String {
    let keys = json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d10",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }] });
    serde_json::to_string_pretty(&keys).unwrap_or_default()
}
