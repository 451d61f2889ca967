//! Requests that the SDK has no method for.

use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use crate::{Client, Error, Result, transport::Request};

/// Any request to the server.
#[derive(Debug, Clone)]
pub struct RawRequest {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    anonymous: bool,
}

/// The response to a [`RawRequest`], whatever its status.
#[derive(Debug, Clone)]
pub struct RawResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl RawRequest {
    /// A request of this path, with its query.
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self { method: method.into(), path: path.into(), headers: Vec::new(), body: None, anonymous: false }
    }

    /// Adds a header. A body is JSON unless `content-type` says otherwise.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends no credential.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }
}

impl Client {
    /// Sends any request with the client's credential. It is never repeated.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for a method or a header that can't be sent. A refusal is a response, not an error.
    pub async fn send_raw(&self, request: RawRequest) -> Result<RawResponse> {
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| Error::InvalidRequest("the method"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(name).map_err(|_| Error::InvalidRequest("a header's name"))?;
            headers.append(name, HeaderValue::try_from(value).map_err(|_| Error::InvalidRequest("a header's value"))?);
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let raw = Request::new(method, path).raw_query(query).headers(headers);
        let raw = if let Some(body) = request.body { raw.text(body) } else { raw };
        let raw = if request.anonymous { raw.anonymous() } else { raw };
        let response = self.transport.send_unchecked(&raw).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| self.transport.unreachable(&error))?;
        Ok(RawResponse { status, headers, body: body.into() })
    }
}
