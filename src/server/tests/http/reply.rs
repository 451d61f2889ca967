//! A response, with assertions for tests.

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

/// A response with its body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

/// Removes the markers that Leptos leaves between nodes. A title must have none, because browsers display them.
fn without_markers(text: String) -> String {
    const MARKER: &str = "<!>";
    if !text.starts_with("<!DOCTYPE html>") {
        return text;
    }
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    assert!(title.is_none_or(|(title, _)| !title.contains(MARKER)), "{text}");
    text.replace(MARKER, "")
}

impl Reply {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = without_markers(response.text().await.unwrap());
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status, headers, text, json }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// The cookie of the console session that this response starts.
    pub(crate) fn session_cookie(&self) -> Option<String> {
        let lines = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        let mut cookies = lines.filter_map(|line| line.split(';').next());
        // A deleted cookie is empty.
        cookies.find(|cookie| cookie.starts_with("mintkey_session") && !cookie.ends_with('=')).map(str::to_owned)
    }

    /// Expects this status; returns the JSON body.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// Expects an error in the common format.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.json["status"], status);
        assert_eq!(self.json["request_id"], self.header("x-request-id"));
        let reason = StatusCode::from_u16(status).unwrap();
        assert!(reason.is_client_error() || reason.is_server_error());
        for field in ["type", "title", "detail"] {
            assert!(self.json[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {}", self.text);
        }
        self
    }

    /// The error code of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let errors = self.json["errors"].as_array()?;
        errors.iter().find(|error| error["field"] == name)?["code"].as_str()
    }
}
