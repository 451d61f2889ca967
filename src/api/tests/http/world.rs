//! An organization with an administrator and their API key, behind the router.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{HeaderMap, Method, Request, header};
use mintkey_api::ApiOptions;
use mintkey_domain::{SessionCookieName, Timestamp, request::NewTokenDraft};
use mintkey_service::{
    Access, Actor, Clock, Entropy, Environment, Limits, LogContext, MasterKey, Origin, Service, Settings, SetupDraft,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) admin: Actor,
    /// The administrator's API key with all scopes, followed by the same token's client ID and client secret.
    pub(crate) key: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    router: Router,
    _folder: TempDir,
}

/// The router's response.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

struct HeldClock;
struct HeldEntropy(AtomicU64);

impl Clock for HeldClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000)
    }
}

impl Entropy for HeldEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::digest(self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment { clock: Arc::new(HeldClock), entropy: Arc::new(HeldEntropy(AtomicU64::new(0))) };
        let settings = Settings {
            database_url: format!("sqlite:{}", folder.path().join("mintkey.db").display()),
            access: Access::Server,
            master_key: MasterKey::generate(&environment),
            issuer: "http://mintkey.test".to_owned(),
            limits: Limits::default(),
        };
        let service = Service::open(settings, environment).await.unwrap();
        let admin = set_up(&service).await;
        let router = mintkey_api::router(ApiOptions {
            service: service.clone(),
            public_url: "http://mintkey.test".to_owned(),
            session_cookie: SessionCookieName::new("http://mintkey.test"),
            client_ip: Arc::new(|_, _| Some([192, 0, 2, 7].into())),
            client_certificate: None,
            request_timeout: Duration::from_secs(30),
            refusal_floor: Duration::from_millis(1),
        });
        let draft = NewTokenDraft {
            label: "Everything".to_owned(),
            scopes: vec!["*".to_owned()],
            expires_at: Some(None),
            ..NewTokenDraft::default()
        };
        let made = service.create_token(&admin, draft.check().unwrap(), None).await.unwrap();
        let (key, secret) = (made.api_key.unwrap(), made.client_secret.unwrap());
        Self {
            service,
            admin,
            key: key.expose().to_owned(),
            client_id: made.token.id.to_string(),
            client_secret: secret.expose().to_owned(),
            router,
            _folder: folder,
        }
    }

    /// Sends a JSON body, or none, with the administrator's key.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.send_with(method, path, body, &[("authorization", &format!("Bearer {}", self.key))]).await
    }

    pub(crate) async fn send_with(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(Method::try_from(method).unwrap()).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        self.answer(request.body(body.map_or_else(Body::empty, |body| body.to_string().into())).unwrap()).await
    }

    /// Sends a form without a credential in a header.
    pub(crate) async fn send_form(&self, path: &str, form: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.answer(request.body(form.to_owned().into()).unwrap()).await
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Answer {
        let context = LogContext::new(Uuid::from_u128(7), "any");
        let (parts, body) = context.scope(self.router.clone().oneshot(request)).await.unwrap().into_parts();
        let text = String::from_utf8_lossy(&to_bytes(body, 1 << 20).await.unwrap()).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Creates a token of the administrator.
    pub(crate) async fn create_token(&self, body: Value) -> Value {
        self.post("/api/v1/tokens", body).await.is("201")
    }
}

/// The first administrator, signed in.
async fn set_up(service: &Service) -> Actor {
    let code = service.setup_code().await.unwrap().unwrap();
    let draft = SetupDraft {
        organization: "Northfield Works".to_owned(),
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        repeat_password: PASSWORD.to_owned(),
    };
    let signed_in = service.complete_setup(&code, draft, &Origin::default()).await.unwrap();
    service.session(&signed_in.cookie.expose(), Origin::default()).await.unwrap().unwrap()
}

impl Answer {
    /// Asserts the status and returns the body.
    pub(crate) fn is(self, status: &str) -> Value {
        assert_eq!(self.status.to_string(), status, "{}", self.text);
        self.json
    }

    /// The name or pointer of each wrong field and its code, sorted.
    pub(crate) fn mistakes(&self) -> Vec<(String, String)> {
        assert_eq!(self.json["code"], "validation_failed", "{}", self.text);
        let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
        let mut mistakes: Vec<_> = self.json["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                let place = if error["pointer"].is_string() { "pointer" } else { "field" };
                (text(error, place), text(error, "code"))
            })
            .collect();
        mistakes.sort();
        mistakes
    }

    /// Compares the whole response with the operation's snapshot.
    pub(crate) fn matches(mut self, name: &str) -> Value {
        let mut lines = vec![format!("status: {}", self.status)];
        self.headers.remove(header::CONTENT_LENGTH);
        for (header, value) in &self.headers {
            let value = value.to_str().unwrap();
            let value = match header.as_str() {
                "x-request-id" => uuid(value),
                "etag" => "[etag]",
                "content-security-policy" => "[policy]",
                _ => value,
            };
            lines.push(format!("{header}: {value}"));
        }
        lines[1..].sort_unstable();
        let json = self.json.clone();
        lines.push(String::new());
        if json.is_object() && json["openapi"].is_null() {
            hide(&mut self.json);
            lines.push(serde_json::to_string_pretty(&self.json).unwrap());
        } else if !self.text.is_empty() {
            lines.push("[document]".to_owned());
        }
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, lines.join("\n"));
        });
        json
    }
}

/// Replaces values that differ in each run after checking their form: the request's ID, hashes that include it, and
/// values that depend on the new signing key.
fn hide(value: &mut Value) {
    let entries: Vec<(String, &mut Value)> = match value {
        Value::Object(members) => members.iter_mut().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(values) => values.iter_mut().map(|value| (String::new(), value)).collect(),
        _ => return,
    };
    for (name, value) in entries {
        match (name.as_str(), value.as_str()) {
            ("request_id", Some(text)) => *value = json!(uuid(text)),
            ("hash" | "previous_hash", Some(text)) => {
                assert!(text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
                *value = json!("[hash]");
            }
            ("access_token", Some(text)) => {
                assert_eq!(text.split('.').count(), 3);
                *value = json!("[jwt]");
            }
            ("kid" | "x" | "y", Some(_)) => *value = json!(format!("[{name}]")),
            _ => hide(value),
        }
    }
}

fn uuid(text: &str) -> &'static str {
    assert!(Uuid::try_parse(text).is_ok() && text.len() == 36, "{text}");
    "[uuid]"
}
