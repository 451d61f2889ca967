//! The client, and how it is set up.

use std::{sync::Arc, time::Duration};

use mintkey_domain::wire;
use reqwest::{Method, Url};

use crate::{
    Credential, Error, Result,
    credential::Authentication,
    transport::{Request, Transport},
};

/// A server takes 30 seconds at most for a request.
const TIMEOUT: Duration = Duration::from_secs(40);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_RETRIES: u32 = 3;

/// A client of one Mintkey server. Clones share its connections and its access token.
#[derive(Clone)]
pub struct Client {
    pub(crate) transport: Arc<Transport>,
}

/// Sets up a [`Client`].
#[derive(Debug, Clone)]
pub struct ClientBuilder {
    url: String,
    credential: Option<Credential>,
    user_agent: String,
    retries: u32,
}

impl Client {
    /// A client of the server at this address, such as `https://mintkey.example.com`.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`], and [`Error::InvalidCredential`] for a mistyped key. The server isn't asked.
    pub fn new(url: &str, credential: Credential) -> Result<Self> {
        Self::builder(url).credential(credential).build()
    }

    /// A client with the address in `MINTKEY_URL`, and the API key or access token in `MINTKEY_TOKEN`.
    ///
    /// # Errors
    /// [`Error::MissingVariable`], and those of [`Client::new`].
    pub fn from_env() -> Result<Self> {
        let variable = |name| std::env::var(name).map_err(|_| Error::MissingVariable(name));
        Self::new(&variable("MINTKEY_URL")?, Credential::text(variable("MINTKEY_TOKEN")?))
    }

    /// Sets up a client of the server at this address.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            url: url.into(),
            credential: None,
            user_agent: concat!("mintkey-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            retries: DEFAULT_RETRIES,
        }
    }

    /// The server's origin, without a slash at the end.
    pub fn origin(&self) -> &str {
        self.transport.origin()
    }

    /// Who the caller is, and what the credential may do now.
    pub async fn me(&self) -> Result<wire::Me> {
        self.send(Request::new(Method::GET, "/api/v1/me")).await
    }
}

impl ClientBuilder {
    /// The credential to authenticate with. Without one, only signing in works.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// The `User-Agent` header, which the audit log shows.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How often a request that is safe to repeat is repeated; 3 times by default.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`], and [`Error::InvalidCredential`] for a mistyped key.
    pub fn build(self) -> Result<Client> {
        let url = parse_origin(&self.url)?;
        let http = if is_loopback(&url) {
            // Requests to this computer bypass the configured proxy.
            reqwest::Client::builder().no_proxy()
        } else {
            reqwest::Client::builder()
        };
        let http = http
            .user_agent(self.user_agent)
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect to another host must not receive the credential, and the API never redirects.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| Error::InvalidRequest("the user agent"))?;
        let anonymous = Client { transport: Arc::new(Transport::new(http.clone(), url.clone(), None, self.retries)) };
        let Some(credential) = self.credential else { return Ok(anonymous) };
        let authentication = Authentication::new(credential, &anonymous)?;
        Ok(Client { transport: Arc::new(Transport::new(http, url, Some(authentication), self.retries)) })
    }
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// Parses an address without a path, a query or a user.
fn parse_origin(text: &str) -> Result<Url> {
    let url = Url::parse(text.trim()).map_err(|_| Error::InvalidUrl)?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if is_origin { Ok(url) } else { Err(Error::InvalidUrl) }
}
