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

/// A client ID and its secret, not yet believed.
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: String,
    /// Whether they came in the Authorization header.
    pub(super) by_header: bool,
}

/// The client's ID and secret by Basic, each form-decoded (section 2.3.1), or by the form, and never by both.
pub(super) fn client(head: &Head, form: &mut Form) -> Result<Client, Refusal> {
    let (id, secret) = (form.take("client_id")?, form.take("client_secret")?);
    if !has_credential(&head.parts.headers) {
        let (Some(id), Some(secret)) = (id, secret) else { return Err(OAuthError::invalid_client(false).into()) };
        return Ok(Client { id, secret, by_header: false });
    }
    let pair = basic_client(&head.parts.headers).map_err(|problem| Refusal::Other(problem.into()))?;
    let decoded = pair.and_then(|(id, secret)| Some((form_decoded(&id)?, form_decoded(&secret)?)));
    let Some((basic_id, basic_secret)) = decoded else { return Err(OAuthError::invalid_client(true).into()) };
    if secret.is_some() || id.is_some_and(|id| id != basic_id) {
        return Err(OAuthError::invalid_request("Authenticate in one way: by the header, or by the form.").into());
    }
    Ok(Client { id: basic_id, secret: basic_secret, by_header: true })
}

/// Whoever asks about an access token: by any header of the JSON API, or by client ID and secret in the form.
pub(super) async fn caller(head: &Head, form: &mut Form) -> Result<Actor, Refusal> {
    let basic =
        head.parts.headers.get(header::AUTHORIZATION).is_some_and(|value| {
            value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic "))
        });
    if has_credential(&head.parts.headers) && !basic {
        return header_actor(head).await.map_err(|error| of_client(error, true));
    }
    let Client { id, secret, by_header } = client(head, form)?;
    let credential = Credential::Client { id: &id, secret: &secret };
    let actor = head.api.service.authenticate(credential, head.origin()).await;
    actor.map_err(|error| of_client(error, by_header))
}

fn form_decoded(text: &str) -> Option<String> {
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
