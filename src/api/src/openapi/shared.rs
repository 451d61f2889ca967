//! The document's shared components.

use std::collections::BTreeMap;

use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Problem, TokenId};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    problem::{ProblemBody, default_detail},
    v1::examples,
};

/// The used components by name.
pub(super) struct Shared {
    pub(super) parameters: Map<String, Value>,
    responses: Map<String, Value>,
    examples: Map<String, Value>,
    by_schema: BTreeMap<&'static str, Value>,
    example_by_status: BTreeMap<u16, ErrorCode>,
    public_url: String,
}

impl Shared {
    pub(super) fn new(public_url: &str) -> Self {
        let mut parameters = Map::new();
        parameters.insert(
            "id".to_owned(),
            json!({
                "name": "id", "in": "path", "required": true, "description": "The object's id.",
                "schema": { "type": "string", "format": "uuid" },
            }),
        );
        parameters.insert(
            "Idempotency-Key".to_owned(),
            json!({
                "name": "Idempotency-Key", "in": "header",
                "description": "A word of your choice that identifies a repeated request for 24 hours; visible ASCII.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            }),
        );
        Self {
            parameters,
            responses: Map::new(),
            examples: Map::new(),
            by_schema: examples::by_schema().into_iter().collect(),
            example_by_status: BTreeMap::new(),
            public_url: public_url.to_owned(),
        }
    }

    /// Adds the response for these codes of one status and returns its name.
    pub(super) fn problem(&mut self, codes: &[ErrorCode]) -> String {
        let Some(first) = codes.first() else { return String::new() };
        let short = if codes.len() == 1 { first.to_string() } else { format!("{first}.{}", codes.len()) };
        let name = match self.responses.get(&short) {
            Some(response) if response["x-codes"] == json!(codes) => return short,
            None => short,
            Some(_) => codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join("."),
        };
        if self.responses.contains_key(&name) {
            return name;
        }
        let description: Vec<String> = codes.iter().map(|code| format!("`{code}`: {}.", code.title())).collect();
        let mut response = json!({ "description": description.join(" "), "x-codes": codes });
        response["headers"] = error_headers(first.status());
        let mut content = json!({ "schema": reference("schemas", "Problem") });
        // One example per status, where it says more than the code.
        if let Some(example) = problem_example(*first, &self.public_url)
            && *self.example_by_status.entry(first.status()).or_insert(*first) == *first
        {
            content["examples"] = json!({ first.as_str(): reference("examples", first.as_str()) });
            self.examples.insert(first.to_string(), json!({ "value": example }));
        }
        response["content"] = json!({ "application/problem+json": content });
        self.responses.insert(name.clone(), response);
        name
    }

    /// Adds the OAuth error response for a status (RFC 6749 section 5.2) and returns its name.
    pub(super) fn oauth_error(&mut self, status: u16) -> String {
        let description = match status {
            400 => "The request can't be understood or granted: `error` has the code of RFC 6749, 7009 or 7662.",
            401 => "Client authentication failed: `invalid_client`.",
            413 => "The body is too large: `invalid_request`.",
            429 => "Too many failures: `temporarily_unavailable`.",
            503 => "The database is busy or not available: `temporarily_unavailable`.",
            504 => "The request took too long: `temporarily_unavailable`.",
            _ => "Something went wrong on the server: `server_error`.",
        };
        let name = format!("oauth.{status}");
        let content = json!({ "application/json": { "schema": reference("schemas", "OAuthError") } });
        let response = json!({ "description": description, "headers": error_headers(status), "content": content });
        self.responses.insert(name.clone(), response);
        name
    }

    /// Adds a schema's example, by default the one that all responses share, and returns its name.
    pub(super) fn example(&mut self, schema: &str, own: Option<Value>) -> Option<String> {
        let value = own.or_else(|| self.by_schema.get(schema).cloned())?;
        self.examples.insert(schema.to_owned(), json!({ "value": value }));
        Some(schema.to_owned())
    }

    /// Writes everything to the document's components.
    pub(super) fn write(self, components: &mut Value) {
        components["parameters"] = self.parameters.into();
        components["responses"] = self.responses.into();
        components["examples"] = self.examples.into();
        components["headers"] = [
            ("X-Request-Id", "The request's id; the log has it too."),
            ("WWW-Authenticate", "How to authenticate (RFC 6750 section 3; RFC 6749 section 5.2)."),
            ("Retry-After", "The number of seconds after which a new attempt makes sense."),
            ("Location", "The path of the new object."),
            ("Idempotency-Replayed", "`true` if this repeats an earlier answer; it then has no secrets."),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), json!({ "description": text, "schema": { "type": "string" } })))
        .collect::<Map<_, _>>()
        .into();
    }
}

/// A reference to a component.
pub(super) fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

/// References to headers.
pub(super) fn headers(names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), reference("headers", name))).collect::<Map<_, _>>().into()
}

fn error_headers(status: u16) -> Value {
    match status {
        401 => headers(&["X-Request-Id", "WWW-Authenticate"]),
        429 | 503 => headers(&["X-Request-Id", "Retry-After"]),
        _ => headers(&["X-Request-Id"]),
    }
}

pub(super) fn security_schemes(session_cookie: &str) -> Value {
    let header =
        |name: &str, about: &str| json!({ "type": "apiKey", "in": "header", "name": name, "description": about });
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "`Authorization: Bearer …` with an API key or an access token.",
        },
        "apiKey": header("X-API-Key", "An API key."),
        "basic": {
            "type": "http", "scheme": "basic",
            "description": "Client ID as user name, client secret as password.",
        },
        "authorization": header("Authorization", "An API key after `APIToken`, `ApiKey`, `Api-Key` or `Token`, or alone."),
        "session": {
            "type": "apiKey", "in": "cookie", "name": session_cookie,
            "description": "The console's session, from its own pages.",
        },
    })
}

/// An example problem with this code, if it says more than the code.
fn problem_example(code: ErrorCode, public_url: &str) -> Option<Value> {
    let mut problem = match code {
        ErrorCode::ValidationFailed => {
            Problem::fields(FieldErrors::one("label", FieldCode::TooLong, "Use at most 100 characters."))
        }
        ErrorCode::InsufficientScope => mintkey_domain::insufficient_scope(mintkey_domain::scopes::TOKENS_WRITE),
        ErrorCode::CredentialRequired | ErrorCode::InvalidCredential | ErrorCode::NotFound | ErrorCode::CrossOrigin => {
            Problem::new(code, default_detail(code))
        }
        ErrorCode::TokensWouldGain => Problem::new(code, format!("{}.", code.title())),
        _ => return None,
    };
    if code == ErrorCode::TokensWouldGain {
        problem.token_ids = vec![TokenId::from_uuid(Uuid::from_u128(0x0199_8f6a_5c1e_7d30_8b1f_0c8a_2f6e_4d01))];
    }
    Some(json!(ProblemBody::new(&problem, public_url, Uuid::from_u128(0x0199_8f6a_5c1e_7d30_8b1f_0c8a_2f6e_4d09))))
}
