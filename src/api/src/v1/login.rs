//! `POST /api/v1/login`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, FieldCode, FieldErrors, Password, wire};
use mintkey_service::LoginRequest;

use super::examples;
use crate::{
    answer::{self, Outcome},
    authentication::refuse_other_sites,
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Verb},
    input::Fields,
    routes::Routes,
};

static LOGIN: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/login",
    name: "login",
    title: "Exchange a password or a client secret for an access token",
    about: "Give `username` and `password`, or `client_id` and `client_secret`; as JSON or as a form. The access \
            token is a JWT (RFC 9068) that is sent as `Authorization: Bearer …`. It never lives longer than the token \
            it came from, and dies with it. After 5 failures in 15 minutes for one account from one address, or 100 \
            from one address, further tries get 429.",
    area: "Credentials",
    action: Some(AuditAction::AccessTokenCreate),
    body: &[
        Field::new("username", Kind::Text, "A person's e-mail address. With `password`."),
        Field::new("password", Kind::Password, "Their password."),
        Field::new("organization_id", Kind::Id, "Which organization, for a person who is a member of several."),
        Field::new("client_id", Kind::Text, "A token's client ID. With `client_secret`."),
        Field::new("client_secret", Kind::Password, "Its client secret."),
        Field::new(
            "grant_type",
            Kind::Choice(&["password", "client_credentials"]),
            "May be said, and then has to fit the pair that was given.",
        ),
        Field::new("scope", Kind::Text, "Narrows the access token to these scopes, separated by spaces."),
    ],
    example: r#"{
  "client_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
  "client_secret": "mks_…",
  "scope": "plants.read"
}"#,
    form: true,
    answer: Answer::json::<wire::AccessToken>(200, "The access token.", examples::access_token),
    refusals: &[
        ErrorCode::InvalidCredential,
        ErrorCode::CredentialExpired,
        ErrorCode::RateLimited,
        ErrorCode::CrossOrigin,
    ],
    ..Endpoint::EMPTY
};

const ONE_PAIR: &str = "Give username and password, or client_id and client_secret.";

pub(super) fn routes(routes: Routes) -> Routes {
    routes.open(&LOGIN, login)
}

async fn login(mut call: Call) -> Outcome {
    refuse_other_sites(&call).await?;
    call.query().finish()?;
    let request = read(call.fields().await?)?;
    let token = call.api.service.login(request, call.origin()).await?;
    answer::json(StatusCode::OK, &token)
}

fn read(mut fields: Fields) -> Result<LoginRequest, FieldErrors> {
    let [username, password] = ["username", "password"].map(|name| fields.text(name));
    let [client_id, client_secret] = ["client_id", "client_secret"].map(|name| fields.text(name));
    let organization = fields.text("organization_id");
    let grant_type = fields.text("grant_type");
    let scope = fields.text("scope");
    let mut errors = fields.take_errors();

    let person = [("username", username.is_some()), ("password", password.is_some())];
    let client = [("client_id", client_id.is_some()), ("client_secret", client_secret.is_some())];
    let (by_person, by_client) = (person.iter().any(|(_, said)| *said), client.iter().any(|(_, said)| *said));
    // A pair that has begun has to be complete; if none has, both are named.
    let pairs = [(person, by_person || !by_client), (client, by_client || !by_person)];
    for (pair, wanted) in pairs {
        for (name, said) in pair {
            if !said && wanted {
                errors.push(name, FieldCode::Required, ONE_PAIR);
            } else if said && by_person && by_client {
                errors.push(name, FieldCode::Conflict, ONE_PAIR);
            }
        }
    }
    let fitting = if by_client { "client_credentials" } else { "password" };
    if grant_type.is_some_and(|said| said != fitting) {
        let message = "Expected \"password\" with username and password, \"client_credentials\" with a client ID.";
        errors.push("grant_type", FieldCode::InvalidFormat, message);
    }
    let organization_id = organization.and_then(|text| {
        let id = text.parse().ok();
        if id.is_none() {
            errors.push("organization_id", FieldCode::InvalidFormat, "Expected a UUID.");
        } else if by_client {
            errors.push(
                "organization_id",
                FieldCode::Conflict,
                "A client belongs to one organization; leave this out.",
            );
        }
        id
    });
    errors.into_result()?;
    Ok(if by_client {
        LoginRequest::Client {
            client_id: client_id.unwrap_or_default(),
            client_secret: client_secret.unwrap_or_default(),
            scope,
        }
    } else {
        LoginRequest::Password {
            username: username.unwrap_or_default(),
            password: Password::typed(password.unwrap_or_default()),
            organization_id,
            scope,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read_form(form: &str) -> Result<&'static str, Vec<(String, FieldCode)>> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(form).unwrap();
        let entries = pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        match read(Fields::read(LOGIN.body, entries)) {
            Ok(LoginRequest::Password { .. }) => Ok("person"),
            Ok(LoginRequest::Client { .. }) => Ok("client"),
            Ok(LoginRequest::Assertion { .. }) => Ok("assertion"),
            Err(errors) => Err(errors.iter().map(|error| (error.field.to_string(), error.code)).collect()),
        }
    }

    #[test]
    fn either_pair_is_enough() {
        assert_eq!(read_form("username=a&password=b"), Ok("person"));
        assert_eq!(read_form("username=a&password=b&grant_type=password&scope=x"), Ok("person"));
        assert_eq!(read_form("client_id=a&client_secret=b&grant_type=client_credentials"), Ok("client"));
    }

    #[test]
    fn none_or_half_of_a_pair_is_not_enough() {
        let fields = |form| read_form(form).unwrap_err().into_iter().map(|(field, _)| field).collect::<Vec<_>>();
        assert_eq!(fields(""), ["username", "password", "client_id", "client_secret"]);
        assert_eq!(fields("username=a"), ["password"]);
        assert_eq!(fields("client_secret=a"), ["client_id"]);
    }

    #[test]
    fn both_pairs_are_a_conflict() {
        let errors = read_form("username=a&password=b&client_id=c&client_secret=d").unwrap_err();
        assert_eq!(errors.len(), 4);
        assert!(errors.iter().all(|(_, code)| *code == FieldCode::Conflict));
    }

    #[test]
    fn the_grant_type_has_to_fit() {
        for form in ["username=a&password=b&grant_type=client_credentials", "client_id=a&client_secret=b&grant_type=x"]
        {
            assert_eq!(read_form(form), Err(vec![("grant_type".to_owned(), FieldCode::InvalidFormat)]));
        }
    }
}
