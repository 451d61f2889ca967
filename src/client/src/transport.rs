//! Sends requests, repeats those that are safe to repeat, and reads the responses.

use std::time::{Duration, Instant};

use bytes::Bytes;
use mintkey_domain::ErrorCode;
use reqwest::{
    Method, Response, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Client, Error, Refusal, Result, credential::Authentication};

/// The first wait before a repetition; each next one is three times as long.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest time to wait because the server asks for it.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// The members of bodies that are secrets, which the log doesn't show.
const SECRETS: [&str; 4] = ["password", "client_secret", "credential", "token"];

pub(crate) struct Transport {
    http: reqwest::Client,
    url: Url,
    origin: String,
    authentication: Option<Authentication>,
    retries: u32,
}

/// A request, before it is sent.
pub(crate) struct Request {
    method: Method,
    path: String,
    query: String,
    body: Body,
    basic: Option<HeaderValue>,
    anonymous: bool,
    idempotency_key: Option<String>,
    headers: HeaderMap,
}

enum Body {
    Empty,
    Json(Value),
    Form(String),
    Text(String),
}

impl Request {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: String::new(),
            body: Body::Empty,
            basic: None,
            anonymous: false,
            idempotency_key: None,
            headers: HeaderMap::new(),
        }
    }

    /// Sets the query as it is written.
    pub(crate) fn raw_query(mut self, query: &str) -> Self {
        query.clone_into(&mut self.query);
        self
    }

    /// Adds headers.
    pub(crate) fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the body as it is written; JSON unless a header says otherwise.
    pub(crate) fn text(mut self, text: String) -> Self {
        self.body = Body::Text(text);
        self
    }

    /// Sets the query. Fields that are `None` are left out.
    pub(crate) fn query(mut self, query: &impl Serialize) -> Self {
        let pairs = serde_urlencoded::to_string(query).expect("queries are flat structs of plain values");
        if !pairs.is_empty() {
            let separator = if self.query.is_empty() { "" } else { "&" };
            self.query = format!("{}{separator}{pairs}", self.query);
        }
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Body::Json(serde_json::to_value(body).expect("requests are plain structs"));
        self
    }

    pub(crate) fn form(mut self, form: &impl Serialize) -> Self {
        self.body = Body::Form(serde_urlencoded::to_string(form).expect("forms are flat structs of plain values"));
        self
    }

    /// Authenticates by Basic (RFC 7617) instead of the client's credential.
    pub(crate) fn basic(mut self, value: HeaderValue) -> Self {
        self.basic = Some(value);
        self
    }

    /// Sends no credential.
    pub(crate) fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Adds a key by which the server recognizes a repetition, so that the request is safe to repeat.
    pub(crate) fn idempotent(mut self, key: Option<&str>) -> Self {
        self.idempotency_key = Some(key.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned));
        self
    }

    /// Whether a second request has no effect beyond the first.
    fn is_safe_to_repeat(&self) -> bool {
        matches!(self.method, Method::GET | Method::PUT) || self.idempotency_key.is_some()
    }
}

impl Client {
    /// Sends a request and reads the JSON of the response.
    pub(crate) async fn send<T: DeserializeOwned>(&self, request: Request) -> Result<T> {
        self.transport.send(request).await
    }

    /// Sends a request whose response isn't JSON.
    pub(crate) async fn send_for_bytes(&self, request: Request) -> Result<Vec<u8>> {
        self.transport.send_for_body(request).await.map(|(_, body)| body.into())
    }

    /// Sends a request whose response has no body.
    pub(crate) async fn send_for_nothing(&self, request: Request) -> Result<()> {
        self.transport.send_for_body(request).await.map(drop)
    }
}

impl Transport {
    pub(crate) fn new(http: reqwest::Client, url: Url, authentication: Option<Authentication>, retries: u32) -> Self {
        let origin = url.as_str().trim_end_matches('/').to_owned();
        Self { http, url, origin, authentication, retries }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Sends a request and reads the JSON of the response.
    async fn send<T: DeserializeOwned>(&self, request: Request) -> Result<T> {
        let (status, body) = self.send_for_body(request).await?;
        serde_json::from_slice(&body).map_err(|_| self.unexpected(status, "the body isn't the expected JSON"))
    }

    /// Sends a request until its whole response has arrived, it is refused, or it may not be repeated.
    async fn send_for_body(&self, request: Request) -> Result<(u16, Bytes)> {
        let mut wait = FIRST_WAIT;
        let mut retries = self.retries;
        loop {
            let (error, repeatable, asked_wait) = match self.send_once(&request).await? {
                Ok(response) if response.status().is_success() => {
                    let status = response.status().as_u16();
                    match response.bytes().await {
                        Ok(body) => return Ok((status, body)),
                        Err(error) => (self.unreachable(&error), request.is_safe_to_repeat(), None),
                    }
                }
                Ok(response) => {
                    let error = self.refusal(response).await;
                    let asked_wait = error.refusal().and_then(|refusal| refusal.retry_after);
                    let repeatable = request.is_safe_to_repeat() && is_temporary(&error);
                    (error, repeatable, asked_wait)
                }
                // Without a connection, nothing was sent.
                Err(error) => (self.unreachable(&error), error.is_connect() || request.is_safe_to_repeat(), None),
            };
            if retries == 0 || !repeatable {
                return Err(error);
            }
            retries -= 1;
            let asked_wait = Duration::from_secs(asked_wait.unwrap_or(0).into()).min(MAX_WAIT);
            tokio::time::sleep(wait.max(asked_wait)).await;
            wait *= 3;
        }
    }

    /// Sends a request once, and returns the response whatever its status.
    pub(crate) async fn send_unchecked(&self, request: &Request) -> Result<Response> {
        self.send_once(request).await?.map_err(|error| self.unreachable(&error))
    }

    async fn send_once(&self, request: &Request) -> Result<Result<Response, reqwest::Error>> {
        let mut url = self.url.clone();
        url.set_path(&request.path);
        url.set_query(Some(request.query.as_str()).filter(|query| !query.is_empty()));
        let mut builder = self.http.request(request.method.clone(), url.clone());
        let credential = match (&request.basic, &self.authentication) {
            (Some(basic), _) => Some(basic.clone()),
            (None, Some(authentication)) if !request.anonymous => Some(Box::pin(authentication.header()).await?),
            _ => None,
        };
        let scheme = credential.as_ref().and_then(|value| value.to_str().ok()?.split(' ').next().map(str::to_owned));
        if let Some(credential) = credential {
            builder = builder.header(AUTHORIZATION, credential);
        }
        if let Some(key) = &request.idempotency_key {
            builder = builder.header("idempotency-key", key);
        }
        builder = match &request.body {
            Body::Empty => builder,
            Body::Json(body) => builder.json(body),
            Body::Form(form) => builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.clone()),
            Body::Text(text) if request.headers.contains_key(CONTENT_TYPE) => builder.body(text.clone()),
            Body::Text(text) => builder.header(CONTENT_TYPE, "application/json").body(text.clone()),
        };
        let builder = builder.headers(request.headers.clone());
        let started = Instant::now();
        let result = builder.send().await;
        let status = result.as_ref().map_or(0, |response| response.status().as_u16());
        tracing::debug!(
            method = %request.method,
            %url,
            authorization = scheme.map(|scheme| format!("{scheme} …")),
            body = request.body.redacted(),
            status,
            milliseconds = started.elapsed().as_millis(),
            "request"
        );
        Ok(result)
    }

    /// The error of a response that isn't a success.
    async fn refusal(&self, response: Response) -> Error {
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = match response.bytes().await {
            Ok(body) => body,
            Err(error) => return self.unreachable(&error),
        };
        if let Ok(mut refusal) = serde_json::from_slice::<Refusal>(&body) {
            refusal.retry_after = retry_after;
            return Error::Refused(Box::new(refusal));
        }
        if let Some(refusal) = oauth_refusal(status, &body) {
            return Error::Refused(Box::new(Refusal { retry_after, ..refusal }));
        }
        let reason = if status.is_redirection() { "it redirects elsewhere" } else { "the body has no error code" };
        self.unexpected(status.as_u16(), reason)
    }

    fn unexpected(&self, status: u16, reason: &'static str) -> Error {
        Error::Unexpected { origin: self.origin.clone(), status, reason }
    }

    /// The error without its URL, which the message names already.
    pub(crate) fn unreachable(&self, error: &reqwest::Error) -> Error {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let reason = if error.is_timeout() { "no answer in time".to_owned() } else { cause.to_string() };
        Error::Unreachable { origin: self.origin.clone(), reason }
    }
}

/// Whether the same request can succeed a little later.
fn is_temporary(error: &Error) -> bool {
    match error {
        Error::Refused(refusal) => matches!(refusal.status, 502..=504) || refusal.is(ErrorCode::RequestInProgress),
        Error::Unexpected { status, .. } => matches!(status, 502..=504),
        Error::Unreachable { .. } => true,
        _ => false,
    }
}

/// Reads an error response of OAuth (RFC 6749 section 5.2).
fn oauth_refusal(status: StatusCode, body: &[u8]) -> Option<Refusal> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let code = body["error"].as_str()?.to_owned();
    let detail = body["error_description"].as_str().unwrap_or(&code).to_owned();
    serde_json::from_value(json!({"status": status.as_u16(), "code": code, "detail": detail})).ok()
}

impl Body {
    /// The body for the log, without secrets.
    fn redacted(&self) -> Option<String> {
        match self {
            Self::Empty | Self::Text(_) => None,
            Self::Json(body) => {
                let mut body = body.clone();
                for (name, value) in body.as_object_mut().into_iter().flatten() {
                    if SECRETS.contains(&name.as_str()) {
                        *value = "…".into();
                    }
                }
                Some(body.to_string())
            }
            Self::Form(form) => {
                let pairs: Vec<(String, String)> = serde_urlencoded::from_str(form).unwrap_or_default();
                let shown = |(name, value): (String, String)| {
                    let value = if SECRETS.contains(&name.as_str()) { "…" } else { &value };
                    format!("{name}={value}")
                };
                Some(pairs.into_iter().map(shown).collect::<Vec<_>>().join("&"))
            }
        }
    }
}
