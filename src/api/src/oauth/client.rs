//! Which client is asking (RFC 6749 section 2.3).

use http::header;
use mintkey_service::{Actor, Credential};

use super::{
    error::{OAuthError, Refusal, of_client},
    form::Form,
};
use crate::{
    authentication::{basic_client, has_credential, header_actor},
    call::Head,
};

/// How a client says that an assertion is one (RFC 7523 section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client as it presents itself, not yet believed.
pub(super) enum Client {
    /// By its ID and secret.
    Secret {
        id: String,
        secret: String,
        /// Whether they came in the Authorization header.
        by_header: bool,
    },
    /// By a statement that it signed; `id` if it was sent beside it.
    Assertion { assertion: String, id: Option<String> },
}

/// The client's ID and secret by Basic, each form-decoded (section 2.3.1), or by the form; or its assertion. Never two
/// of them.
pub(super) fn client(head: &Head, form: &mut Form) -> Result<Client, Refusal> {
    let (id, secret) = (form.take("client_id")?, form.take("client_secret")?);
    let by_header = has_credential(&head.parts.headers);
    let (kind, assertion) = (form.take("client_assertion_type")?, form.take("client_assertion")?);
    if let Some(assertion) = assertion {
        if by_header || secret.is_some() {
            return Err(two_ways());
        }
        return match kind.as_deref() {
            Some(JWT_BEARER) => Ok(Client::Assertion { assertion, id }),
            _ => Err(OAuthError::invalid_request("client_assertion_type is missing, or is none that is taken.").into()),
        };
    }
    if kind.is_some() {
        return Err(OAuthError::invalid_request("client_assertion is missing.").into());
    }
    if !by_header {
        let (Some(id), Some(secret)) = (id, secret) else { return Err(OAuthError::invalid_client(false).into()) };
        return Ok(Client::Secret { id, secret, by_header: false });
    }
    let pair = basic_client(&head.parts.headers).map_err(|problem| Refusal::Other(problem.into()))?;
    let decoded = pair.and_then(|(id, secret)| Some((form_decoded(&id)?, form_decoded(&secret)?)));
    let Some((basic_id, basic_secret)) = decoded else { return Err(OAuthError::invalid_client(true).into()) };
    if secret.is_some() || id.is_some_and(|id| id != basic_id) {
        return Err(two_ways());
    }
    Ok(Client::Secret { id: basic_id, secret: basic_secret, by_header: true })
}

/// Whoever asks about an access token: by any header of the JSON API, or as a client does.
pub(super) async fn caller(head: &Head, form: &mut Form) -> Result<Actor, Refusal> {
    let basic =
        head.parts.headers.get(header::AUTHORIZATION).is_some_and(|value| {
            value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic "))
        });
    if has_credential(&head.parts.headers) && !basic {
        if form.take("client_assertion")?.is_some() {
            return Err(two_ways());
        }
        return header_actor(head).await.map_err(|error| of_client(error, true));
    }
    let service = &head.api.service;
    match client(head, form)? {
        Client::Secret { id, secret, by_header } => {
            let credential = Credential::Client { id: &id, secret: &secret };
            let actor = service.authenticate(credential, head.origin()).await;
            actor.map_err(|error| of_client(error, by_header))
        }
        Client::Assertion { assertion, id } => {
            // Boxed: the rarer way.
            let actor = Box::pin(service.authenticate_assertion(&assertion, id.as_deref(), head.origin())).await;
            actor.map_err(|error| of_client(error, false))
        }
    }
}

fn two_ways() -> Refusal {
    OAuthError::invalid_request("Authenticate in one way: by the header, by the form, or by an assertion.").into()
}

fn form_decoded(text: &str) -> Option<String> {
    if !text.contains(['%', '+', '&']) {
        return Some(text.to_owned());
    }
    if text.contains('&') {
        return None;
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&format!("v={text}")).ok()?;
    pairs.into_iter().next().map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::form_decoded;

    #[test]
    fn what_stands_in_basic_is_form_decoded() {
        assert_eq!(form_decoded("a%2Db+c").as_deref(), Some("a-b c"));
        assert_eq!(form_decoded("mks_0aZ").as_deref(), Some("mks_0aZ"));
        assert_eq!(form_decoded(""), Some(String::new()));
        assert_eq!(form_decoded("a&b=c"), None);
    }
}
