//! Client authentication (RFC 6749 section 2.3).

use deserr::Deserr;
use http::{HeaderMap, header};
use mintkey_domain::request::RequestErrors;
use mintkey_service::{Actor, ClientCertificate, Credential, Origin};
use utoipa::ToSchema;

use super::error::Rejection;
use crate::{
    authentication::{basic_client, has_credential, header_actor},
    oauth_error::OAuthError,
    state::Api,
};

/// The type of an assertion (RFC 7523 section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How a client authenticates in the form, if it doesn't in the header.
#[derive(Default, Deserr, ToSchema)]
#[deserr(error = RequestErrors)]
#[expect(clippy::struct_field_names, reason = "these are the names of RFC 6749 and RFC 7521")]
pub(super) struct ClientParameters {
    /// The client ID, unless it is in the header.
    #[deserr(default)]
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// The client secret, unless it is in the header.
    #[deserr(default)]
    #[schema(nullable = false, format = Password)]
    client_secret: Option<String>,
    /// With an assertion: `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[deserr(default)]
    #[schema(nullable = false)]
    client_assertion_type: Option<String>,
    /// A JWT that the client signed with one of its keys (RFC 7523), instead of its secret. `iss` and `sub` are the
    /// client ID, `aud` the issuer or the token endpoint, or a list of only these two, `exp` at most ten minutes ahead,
    /// and each `jti` works once.
    #[deserr(default)]
    #[schema(nullable = false)]
    client_assertion: Option<String>,
}

/// A client's credentials, not yet verified.
pub(super) enum Client {
    /// Its ID and secret.
    Secret {
        id: String,
        secret: String,
        /// Whether they are in the `Authorization` header instead of the form.
        by_header: bool,
    },
    /// Its certificate, and the `client_id` of the form (RFC 8705 section 2).
    Certificate { certificate: ClientCertificate, id: String },
    /// A JWT that it signed, and the `client_id` of the form if present.
    Assertion { assertion: String, id: Option<String> },
}

/// The client's ID and secret from the `Basic` header (form-decoded, RFC 6749 section 2.3.1) or from the form, or its
/// assertion; without any of them, its certificate. Refuses more than one of them.
pub(super) fn client(
    headers: &HeaderMap,
    certificate: Option<ClientCertificate>,
    form: ClientParameters,
) -> Result<Client, Rejection> {
    let ClientParameters { client_id: id, client_secret: secret, client_assertion_type, client_assertion } = form;
    let by_header = has_credential(headers);
    if let Some(assertion) = client_assertion {
        if by_header || secret.is_some() {
            return Err(two_ways());
        }
        return match client_assertion_type.as_deref() {
            Some(JWT_BEARER) => Ok(Client::Assertion { assertion, id }),
            _ => Err(OAuthError::invalid_request("client_assertion_type is missing or not supported.").into()),
        };
    }
    if client_assertion_type.is_some() {
        return Err(OAuthError::invalid_request("client_assertion is missing.").into());
    }
    if !by_header {
        return match (id, secret, certificate) {
            (Some(id), Some(secret), _) => Ok(Client::Secret { id, secret, by_header: false }),
            (Some(id), None, Some(certificate)) => Ok(Client::Certificate { certificate, id }),
            _ => Err(OAuthError::invalid_client(false).into()),
        };
    }
    let pair = basic_client(headers).map_err(|problem| Rejection::Other(problem.into()))?;
    let decoded = pair.and_then(|(id, secret)| Some((form_decoded(&id)?, form_decoded(&secret)?)));
    let Some((basic_id, basic_secret)) = decoded else { return Err(OAuthError::invalid_client(true).into()) };
    if secret.is_some() || id.is_some_and(|id| id != basic_id) {
        return Err(two_ways());
    }
    Ok(Client::Secret { id: basic_id, secret: basic_secret, by_header: true })
}

/// Authenticates the caller of introspection and revocation, by any header of the JSON API or as a client.
pub(super) async fn caller(
    api: &Api,
    headers: &HeaderMap,
    origin: Origin,
    form: ClientParameters,
) -> Result<Actor, Rejection> {
    let basic = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic ")));
    if has_credential(headers) && !basic {
        if form.client_assertion.is_some() {
            return Err(two_ways());
        }
        return header_actor(api, headers, origin).await.map_err(|error| Rejection::of_client(error, true));
    }
    match client(headers, origin.certificate, form)? {
        Client::Certificate { certificate, id } => {
            if id.trim().parse().ok() != Some(certificate.token) {
                return Err(OAuthError::invalid_client(false).into());
            }
            let actor = api.service.authenticate(Credential::Certificate(certificate), origin).await;
            actor.map_err(|error| Rejection::of_client(error, false))
        }
        Client::Secret { id, secret, by_header } => {
            let credential = Credential::Client { id: &id, secret: &secret };
            let actor = api.service.authenticate(credential, origin).await;
            actor.map_err(|error| Rejection::of_client(error, by_header))
        }
        Client::Assertion { assertion, id } => {
            // Boxed because assertions are rare and make the future larger.
            let actor = Box::pin(api.service.authenticate_assertion(&assertion, id.as_deref(), origin)).await;
            actor.map_err(|error| Rejection::of_client(error, false))
        }
    }
}

fn two_ways() -> Rejection {
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
    fn basic_credentials_are_form_decoded() {
        assert_eq!(form_decoded("a%2Db+c").as_deref(), Some("a-b c"));
        assert_eq!(form_decoded("mks_0aZ").as_deref(), Some("mks_0aZ"));
        assert_eq!(form_decoded(""), Some(String::new()));
        assert_eq!(form_decoded("a&b=c"), None);
    }
}
