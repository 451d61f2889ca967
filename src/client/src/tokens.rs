//! Tokens: `/api/v1/tokens`.

#![expect(clippy::option_option, reason = "a field that is left out, null, or has a value are three requests")]

use futures_util::Stream;
use mintkey_domain::{
    BulkAction, ServiceAccountId, Timestamp, TokenId, TokenKind, TokenSort, TokenStatus,
    wire::{self, ListPage, NewCredentials},
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{CertificateRequest, Client, Error, KubeconfigRequest, Page, Result, transport::Request};

const PATH: &str = "/api/v1/tokens";

/// A token to register.
///
/// ```
/// # use mintkey_client::Token;
/// let token = Token::new("hall-b-gateway").scopes(["plants.read", "plants.write"]).cidr("10.4.0.0/16").ttl("90d");
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct Token {
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<TokenKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_id: Option<Uuid>,
    scopes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_cidrs: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Option<Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateRequest>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    kubeconfig: Option<KubeconfigRequest>,
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// Changes to a token. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TokenChanges {
    /// Display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it is for; `Some(None)` removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// What it may do from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Where it may be used from; an empty list is any address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_cidrs: Option<Vec<String>>,
    /// Expiry; `Some(None)` is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Option<Timestamp>>,
    /// End of a running overlap; `Some(None)` ends it at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_secret_expires_at: Option<Option<Timestamp>>,
}

/// How a token is rotated. By default, older secrets and client keys stop working at once.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Rotation {
    /// How long older secrets work too: `24h`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<String>,
    /// Whether client keys stay.
    pub keep_client_keys: bool,
    /// The new certificate of a token that has one.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateRequest>,
    /// A key by which the server recognizes a repeated request; a random one if left out.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// How a token is invalidated.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Invalidation {
    /// Why, for the audit log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether its access tokens work until they expire.
    pub keep_access_tokens: bool,
    /// Whether to invalidate the token that authenticates the request.
    pub force: bool,
}

/// How a token is deleted.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Deletion {
    /// Whether to delete the token that authenticates the request.
    pub force: bool,
}

/// A request about many tokens.
#[derive(Debug, Clone, Serialize)]
pub struct Bulk {
    /// What to do.
    pub action: BulkAction,
    /// Which tokens.
    #[serde(flatten)]
    pub selection: BulkSelection,
    /// Why, for the audit log. Refused with [`BulkAction::Delete`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether access tokens work until they expire. Refused with [`BulkAction::Delete`].
    pub keep_access_tokens: bool,
    /// Whether to include the token that authenticates the request.
    pub force: bool,
    /// Whether to change nothing, and only say which tokens are selected.
    pub dry_run: bool,
}

/// Which tokens a request is about.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkSelection {
    /// These, at most 1,000.
    Ids(Vec<TokenId>),
    /// Those that match.
    Filter(BulkFilter),
}

/// Conditions on tokens, at least one.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BulkFilter {
    /// Tokens that have this status now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TokenStatus>,
    /// Active tokens that end within this time: `7d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiring_within: Option<String>,
    /// Tokens of this user or service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<Uuid>,
    /// Tokens of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<TokenKind>,
    /// Tokens with exactly this scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Tokens with this label; `*` stands for any text: `plant-3-*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// As [`TokenFilter::q`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

/// Which tokens to list. All by default, the newest first.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TokenFilter {
    /// Only tokens that have this status now.
    pub status: Option<TokenStatus>,
    /// Only active tokens that end within this time: `7d`.
    pub expiring_within: Option<String>,
    /// Only tokens of this user or service account.
    pub owner_id: Option<Uuid>,
    /// Only tokens of this kind.
    pub kind: Option<TokenKind>,
    /// Only tokens with exactly this scope.
    pub scope: Option<String>,
    /// The beginnings of words of the label, the description or the owner's name; or an ID, a key hint or an address.
    pub q: Option<String>,
    /// The order.
    pub sort: Option<TokenSort>,
}

/// The public keys by which a token's client can prove itself (RFC 7517).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ClientKeys {
    /// The keys, as JWKs.
    pub keys: Vec<Value>,
}

/// Requests about tokens.
#[derive(Clone, Copy)]
pub struct Tokens<'a>(&'a Client);

impl Token {
    /// A token with this label. It needs a scope at least.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            description: None,
            kind: None,
            owner_id: None,
            scopes: Vec::new(),
            allowed_cidrs: Vec::new(),
            expires_at: None,
            ttl: None,
            certificate: None,
            kubeconfig: None,
            idempotency_key: None,
        }
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The kind of credential; an API key if left out.
    #[must_use]
    pub fn kind(mut self, kind: TokenKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The user or service account that owns it; the caller if left out.
    #[must_use]
    pub fn owner(mut self, id: Uuid) -> Self {
        self.owner_id = Some(id);
        self
    }

    /// Adds a scope: a name of the catalogue, a prefix such as `plants.*`, or `*`.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Adds scopes.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Adds an address range that it may be used from. Any address if there is none.
    #[must_use]
    pub fn cidr(mut self, range: impl Into<String>) -> Self {
        self.allowed_cidrs.push(range.into());
        self
    }

    /// Its lifetime: `72h`, `90d`. The organization's default if left out.
    #[must_use]
    pub fn ttl(mut self, ttl: impl Into<String>) -> Self {
        self.ttl = Some(ttl.into());
        self
    }

    /// When it expires.
    #[must_use]
    pub fn expires_at(mut self, end: Timestamp) -> Self {
        self.expires_at = Some(Some(end));
        self
    }

    /// It never expires.
    #[must_use]
    pub fn never_expires(mut self) -> Self {
        self.expires_at = Some(None);
        self
    }

    /// Makes it a client certificate.
    #[must_use]
    pub fn certificate(mut self, certificate: CertificateRequest) -> Self {
        self.kind = Some(TokenKind::ClientCertificate);
        self.certificate = Some(certificate);
        self
    }

    /// Makes it a kubeconfig.
    #[must_use]
    pub fn kubeconfig(mut self, kubeconfig: KubeconfigRequest) -> Self {
        self.kind = Some(TokenKind::Kubeconfig);
        self.kubeconfig = Some(kubeconfig);
        self
    }

    /// A key by which the server recognizes a repeated request for 24 hours; a random one if left out.
    #[must_use]
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Creates the token. The answer has its secrets, which are shown only once.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::SecretLost`] if the connection broke after the token was created.
    pub async fn register(&self, client: &Client) -> Result<NewCredentials> {
        client.tokens().create(self).await
    }
}

impl Client {
    /// Requests about tokens.
    pub fn tokens(&self) -> Tokens<'_> {
        Tokens(self)
    }
}

impl<'a> Tokens<'a> {
    /// One page of tokens: the caller's own; administrators and auditors see those of the whole organization.
    pub async fn list(self, filter: &TokenFilter, page: &Page) -> Result<ListPage<wire::Token>> {
        self.0.list(PATH, filter, page).await
    }

    /// All tokens that match.
    pub fn all(self, filter: TokenFilter) -> impl Stream<Item = Result<wire::Token>> + 'a {
        self.0.stream(PATH.to_owned(), filter)
    }

    /// Creates a token, as [`Token::register`] does.
    pub async fn create(self, token: &Token) -> Result<NewCredentials> {
        self.create_at(PATH.to_owned(), token).await
    }

    /// Creates a token of a service account.
    pub async fn create_for(self, owner: ServiceAccountId, token: &Token) -> Result<NewCredentials> {
        self.create_at(format!("/api/v1/service-accounts/{owner}/tokens"), token).await
    }

    async fn create_at(self, path: String, token: &Token) -> Result<NewCredentials> {
        let request = Request::new(Method::POST, path).json(token);
        with_secret(self.0.send(request.idempotent(token.idempotency_key.as_deref())).await?)
    }

    /// One token.
    pub async fn get(self, id: TokenId) -> Result<wire::Token> {
        self.0.send(Request::new(Method::GET, format!("{PATH}/{id}"))).await
    }

    /// Changes a token.
    pub async fn edit(self, id: TokenId, changes: &TokenChanges) -> Result<wire::Token> {
        self.0.send(Request::new(Method::PATCH, format!("{PATH}/{id}")).json(changes)).await
    }

    /// Gives a token a new secret, which is shown only in this answer.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::SecretLost`] if the connection broke after the token was rotated.
    pub async fn rotate(self, id: TokenId, rotation: &Rotation) -> Result<NewCredentials> {
        let request = Request::new(Method::POST, format!("{PATH}/{id}/rotate")).json(rotation);
        with_secret(self.0.send(request.idempotent(rotation.idempotency_key.as_deref())).await?)
    }

    /// Stops a token at once and permanently. It stays listed.
    pub async fn invalidate(self, id: TokenId, invalidation: &Invalidation) -> Result<wire::Token> {
        self.0.send(Request::new(Method::POST, format!("{PATH}/{id}/invalidate")).json(invalidation)).await
    }

    /// Stops a token at once and removes it from every list.
    pub async fn delete(self, id: TokenId, deletion: Deletion) -> Result<()> {
        self.0.send_for_nothing(Request::new(Method::DELETE, format!("{PATH}/{id}")).query(&deletion)).await
    }

    /// Invalidates or deletes many tokens; each is authorized separately. If more tokens match than one request takes, the
    /// answer says so.
    pub async fn bulk(self, bulk: &Bulk) -> Result<wire::BulkResult> {
        self.0.send(Request::new(Method::POST, format!("{PATH}/bulk")).json(bulk)).await
    }

    /// The public keys of a token's client.
    pub async fn client_keys(self, id: TokenId) -> Result<ClientKeys> {
        self.0.send(Request::new(Method::GET, format!("{PATH}/{id}/client-keys"))).await
    }

    /// Replaces the public keys of a token's client.
    pub async fn set_client_keys(self, id: TokenId, keys: &ClientKeys) -> Result<ClientKeys> {
        self.0.send(Request::new(Method::PUT, format!("{PATH}/{id}/client-keys")).json(keys)).await
    }
}

/// An answer that repeats an earlier one has no secret.
fn with_secret(credentials: NewCredentials) -> Result<NewCredentials> {
    if credentials.is_replayed() {
        return Err(Error::SecretLost(Box::new(credentials.token)));
    }
    Ok(credentials)
}
