//! Credentials of requests.

use std::{
    fmt,
    time::{Duration, Instant},
};

use mintkey_domain::{API_KEY_PREFIX, ApiKey, SecretText, TokenId};
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;

use crate::{Client, Error, Result};

/// How long before its end an access token is renewed.
const RENEW_BEFORE: Duration = Duration::from_mins(1);

/// What a [`Client`] authenticates with.
#[derive(Clone)]
pub enum Credential {
    /// An API key or an access token, sent as it is.
    Bearer(SecretText),
    /// A client ID and its client secret, exchanged for access tokens (RFC 6749 section 4.4).
    Client {
        /// The token's ID.
        id: TokenId,
        /// Its client secret.
        secret: SecretText,
    },
}

/// A client's credential, ready to send.
pub(crate) enum Authentication {
    Bearer(HeaderValue),
    AccessTokens(AccessTokenSource),
}

/// Exchanges a client secret for access tokens, and renews them a minute before they end.
pub struct AccessTokenSource {
    client: Client,
    id: TokenId,
    secret: SecretText,
    scope: Option<String>,
    current: Mutex<Option<Current>>,
}

struct Current {
    token: SecretText,
    renew_at: Instant,
}

impl Credential {
    /// An API key or an access token.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Bearer(SecretText::new(text.into()))
    }

    /// A client ID and its client secret.
    pub fn client(id: TokenId, secret: impl Into<String>) -> Self {
        Self::Client { id, secret: SecretText::new(secret.into()) }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bearer(_) => f.write_str("Credential::Bearer(…)"),
            Self::Client { id, .. } => write!(f, "Credential::Client({id}, …)"),
        }
    }
}

impl Authentication {
    pub(crate) fn new(credential: Credential, anonymous: &Client) -> Result<Self> {
        match credential {
            Credential::Bearer(text) => bearer(&text).map(Self::Bearer),
            Credential::Client { id, secret } => {
                Ok(Self::AccessTokens(AccessTokenSource::new(anonymous.clone(), id, secret)))
            }
        }
    }

    /// The value of the `Authorization` header.
    pub(crate) async fn header(&self) -> Result<HeaderValue> {
        match self {
            Self::Bearer(value) => Ok(value.clone()),
            Self::AccessTokens(source) => bearer(&source.get().await?),
        }
    }
}

impl AccessTokenSource {
    /// Creates a source of access tokens with all scopes of the token. The client's own credential isn't used.
    pub fn new(client: Client, id: TokenId, secret: SecretText) -> Self {
        Self { client, id, secret, scope: None, current: Mutex::new(None) }
    }

    /// Narrows the access tokens to these scopes.
    #[must_use]
    pub fn scopes<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        let scopes: Vec<_> = scopes.into_iter().map(|scope| scope.as_ref().to_owned()).collect();
        self.scope = Some(scopes.join(" "));
        self
    }

    /// An access token that is valid for another minute at least, unless the token itself ends sooner.
    ///
    /// # Errors
    /// `invalid_client` if the client ID or the secret is wrong.
    pub async fn get(&self) -> Result<SecretText> {
        // Held while the token is exchanged, so that concurrent requests exchange it once.
        let mut current = self.current.lock().await;
        if let Some(current) = current.as_ref().filter(|current| Instant::now() < current.renew_at) {
            return Ok(current.token.clone());
        }
        let requested_at = Instant::now();
        let answer = self.client.oauth().token(self.id, &self.secret, self.scope.as_deref()).await?;
        let lifetime = Duration::from_secs(u64::try_from(answer.expires_in).unwrap_or(0));
        let token = SecretText::new(answer.access_token);
        *current =
            Some(Current { token: token.clone(), renew_at: requested_at + lifetime.saturating_sub(RENEW_BEFORE) });
        Ok(token)
    }
}

/// The header value of an API key or an access token. A mistyped key is refused by its checksum, before it is sent.
fn bearer(text: &SecretText) -> Result<HeaderValue> {
    let text = text.expose();
    if text.starts_with(API_KEY_PREFIX) && ApiKey::parse(text).is_none() {
        return Err(Error::InvalidCredential("the API key has a typing mistake: its checksum doesn't match"));
    }
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if text.is_empty() || !text.bytes().all(is_token) {
        return Err(Error::InvalidCredential("expected an API key (mk_…) or an access token"));
    }
    let mut value = HeaderValue::try_from(format!("Bearer {text}"))
        .map_err(|_| Error::InvalidCredential("expected an API key (mk_…) or an access token"))?;
    value.set_sensitive(true);
    Ok(value)
}
