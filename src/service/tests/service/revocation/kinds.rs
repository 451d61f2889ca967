//! The kinds of revocation, which kinds of credential each affects, and how to perform them.

use mintkey_domain::{
    Expiry, Password, Role, ServiceAccountId, TokenId, Ttl, UserId, Via,
    request::{NewServiceAccountDraft, NewToken, ServiceAccountChangesDraft, TokenChanges},
};
use mintkey_service::{
    Actor, Credential, KeyRotation, LoginRequest, OldKeys, Origin, TokenInvalidation, TokenRotation,
};

use crate::{
    client_assertions::{pair, sign},
    world::{PASSWORD, World, key, new_token, password, ranges, session},
};

/// How an actor authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Session,
    PasswordAccessToken,
    ApiKey,
    ClientSecret,
    TokenAccessToken,
    Assertion,
    ServiceAccountKey,
    ServiceAccountAccessToken,
}
use Kind::{
    ApiKey, Assertion, ClientSecret, PasswordAccessToken, ServiceAccountAccessToken, ServiceAccountKey, Session,
    TokenAccessToken,
};

pub(super) const KINDS: [Kind; 8] = [
    Session,
    PasswordAccessToken,
    ApiKey,
    ClientSecret,
    TokenAccessToken,
    Assertion,
    ServiceAccountKey,
    ServiceAccountAccessToken,
];
const TOKENS: &[Kind] =
    &[ApiKey, ClientSecret, TokenAccessToken, Assertion, ServiceAccountKey, ServiceAccountAccessToken];
const SECRETS: &[Kind] = &[ApiKey, ClientSecret, Assertion, ServiceAccountKey];
const JWTS: &[Kind] = &[PasswordAccessToken, TokenAccessToken, ServiceAccountAccessToken];
const SIGNED_IN: &[Kind] = &[Session, PasswordAccessToken];
const SERVICE_ACCOUNTS: &[Kind] = &[ServiceAccountKey, ServiceAccountAccessToken];
const USERS: &[Kind] = &[Session, PasswordAccessToken, ApiKey, ClientSecret, TokenAccessToken, Assertion];

/// A revocation, and the kinds that it affects.
pub(super) type Revocation = (&'static str, &'static [Kind]);

/// Revocations of sessions and access tokens.
pub(super) const SIGN_IN_REVOCATIONS: &[Revocation] = &[
    ("session ended", &[Session]),
    ("signed out everywhere", &[Session]),
    ("password changed", SIGNED_IN),
    ("password reset", SIGNED_IN),
    ("access token revoked", JWTS),
    ("signing key revoked", JWTS),
];

/// Revocations of tokens.
pub(super) const TOKEN_REVOCATIONS: &[Revocation] = &[
    // Access tokens stay valid.
    ("secret rotated", SECRETS),
    ("token narrowed", TOKENS),
    ("token re-addressed", TOKENS),
    ("token expired", TOKENS),
    ("token invalidated", TOKENS),
    ("token deleted", TOKENS),
];

/// Revocations of a token's owner.
pub(super) const OWNER_REVOCATIONS: &[Revocation] = &[
    ("user demoted", USERS),
    ("user deactivated", USERS),
    ("service account suspended", SERVICE_ACCOUNTS),
    ("service account suspended and activated", &[ServiceAccountAccessToken]),
    ("service account decommissioned", SERVICE_ACCOUNTS),
    ("service account demoted", SERVICE_ACCOUNTS),
    ("service account narrowed", SERVICE_ACCOUNTS),
];

/// A credential, with what is needed to revoke it.
pub(super) struct Caller {
    pub(super) actor: Actor,
    pub(super) user: UserId,
    pub(super) service_account: ServiceAccountId,
    /// The token that was used, or that issued the access token.
    pub(super) token: Option<TokenId>,
    /// The access token that was used, if any.
    pub(super) access: Option<String>,
}

pub(super) fn is_narrowing(revocation: &str) -> bool {
    ["token narrowed", "user demoted", "service account demoted", "service account narrowed"].contains(&revocation)
}

/// Revocations that affect more than the one credential: all of the same owner, or all.
pub(super) fn affects_others(revocation: &str) -> bool {
    revocation.starts_with("user") || revocation.starts_with("service account") || revocation == "signing key revoked"
}

pub(super) async fn caller(world: &World, kind: Kind) -> Caller {
    let service = &world.service;
    let email = format!("{kind:?}@example.com").to_lowercase();
    let user = service.create_user(&world.system, &email, PASSWORD.to_owned(), Role::Admin).await.unwrap();
    let own = session(world, user, world.organization).await.unwrap();
    let draft = NewServiceAccountDraft {
        name: format!("service account of {kind:?}"),
        role: Some("admin".to_owned()),
        ..NewServiceAccountDraft::default()
    };
    let service_account = service.create_service_account(&world.admin, draft.check().unwrap()).await.unwrap().id;
    let owner_id = SERVICE_ACCOUNTS.contains(&kind).then(|| service_account.uuid());
    let new = NewToken { owner_id, expires_at: Some(None), ..new_token(&["*"]) };
    let minted = service.create_token(&world.admin, NewToken { owner_id, ..new.clone() }, None);
    let minted =
        if owner_id.is_some() { minted.await.unwrap() } else { service.create_token(&own, new, None).await.unwrap() };
    let secret = minted.client_secret.as_ref().unwrap().expose().to_owned();
    let id = minted.token.id;
    let client = || LoginRequest::Client { client_id: id.to_string(), client_secret: secret.clone(), scope: None };
    let from = |ip: &str| Origin { ip: ip.parse().ok(), ..Origin::default() };
    let let_in = async |text: &str| service.authenticate(Credential::Bearer(text), from("192.0.2.1")).await.unwrap();
    let of_token = service.login(client(), from("192.0.2.1")).await.unwrap().access_token;
    let (actor, token, access) = match kind {
        Session => (own, None, None),
        PasswordAccessToken => {
            let request =
                LoginRequest::Password { username: email, password: password(), organization_id: None, scope: None };
            let access = service.login(request, Origin::default()).await.unwrap().access_token;
            (let_in(&access).await, None, Some(access))
        }
        ApiKey | ServiceAccountKey => (let_in(&key(&minted)).await, Some(id), Some(of_token)),
        ClientSecret => {
            let credential = Credential::Client { id: &id.to_string(), secret: &secret };
            (service.authenticate(credential, from("192.0.2.1")).await.unwrap(), Some(id), Some(of_token))
        }
        TokenAccessToken | ServiceAccountAccessToken => (let_in(&of_token).await, Some(id), Some(of_token)),
        Assertion => {
            let (pair, jwk) = pair();
            service.set_client_keys(&own, id, &[jwk]).await.unwrap();
            let assertion = sign(id, &pair);
            let actor = service.authenticate_assertion(&assertion, None, from("192.0.2.1")).await.unwrap();
            assert_eq!(actor.via(), Via::ClientAssertion);
            (actor, Some(id), Some(of_token))
        }
    };
    Caller { actor, user, service_account, token, access }
}

pub(super) async fn revoke(world: &World, revocation: &str, caller: &Caller) {
    let (service, admin) = (&world.service, &world.admin);
    let other = session(world, caller.user, world.organization).await;
    let other = || other.as_ref().unwrap();
    let edit = async |changes: TokenChanges| {
        let Some(token) = caller.token else { return };
        // An administrator can change a service account's token, but only the owner a user's.
        let edited = service.edit_token(other(), token, changes.clone()).await;
        if edited.is_err() {
            service.edit_token(admin, token, changes).await.unwrap();
        }
    };
    match revocation {
        "session ended" => match caller.actor.session_id() {
            Some(session) => service.end_session(other(), session).await.unwrap(),
            None => drop(service.end_other_sessions(other()).await.unwrap()),
        },
        "signed out everywhere" => drop(service.end_other_sessions(other()).await.unwrap()),
        "password changed" => {
            let new = "another good password".to_owned();
            let current = Password::typed(PASSWORD.to_owned());
            service.change_password(other(), current, new.clone(), new).await.unwrap();
        }
        "password reset" => {
            let email = other().name().to_owned();
            service.reset_password(&world.system, &email, "another good password".to_owned()).await.unwrap();
        }
        "access token revoked" => {
            if let Some(access) = &caller.access {
                // By another actor with the same credential, because the tested one must stay unchanged.
                let same = service.authenticate(Credential::Bearer(access), from_home()).await.unwrap();
                service.revoke_access_token(&same, access).await.unwrap();
            }
        }
        "signing key revoked" => {
            let rotation = KeyRotation { algorithm: None, old: OldKeys::Revoke };
            service.rotate_signing_key(&world.system, rotation).await.unwrap();
        }
        "secret rotated" => {
            if let Some(token) = caller.token {
                let rotation = TokenRotation::default();
                if service.rotate_token(other(), token, rotation.clone(), None).await.is_err() {
                    service.rotate_token(admin, token, rotation, None).await.unwrap();
                }
            }
        }
        "token narrowed" => {
            let scopes = Some(new_token(&["mintkey:scopes.read"]).scopes);
            edit(TokenChanges { scopes, ..TokenChanges::default() }).await;
        }
        "token re-addressed" => {
            let allowed_cidrs = Some(ranges(&["198.51.100.0/24"]));
            edit(TokenChanges { allowed_cidrs, ..TokenChanges::default() }).await;
        }
        "token expired" => {
            let expiry = Some(Expiry::In(Ttl::parse("1m").unwrap(), "ttl"));
            edit(TokenChanges { expiry, ..TokenChanges::default() }).await;
            world.clock.advance(120_000);
        }
        "token invalidated" => {
            if let Some(token) = caller.token {
                service.invalidate_token(admin, token, TokenInvalidation::default()).await.unwrap();
            }
        }
        "token deleted" => {
            if let Some(token) = caller.token {
                service.delete_token(admin, token, false).await.unwrap();
            }
        }
        "user demoted" => drop(service.change_member_role(admin, caller.user, Role::Member).await.unwrap()),
        "user deactivated" => drop(service.deactivate_member(admin, caller.user).await.unwrap()),
        "service account suspended" => {
            service.suspend_service_account(admin, caller.service_account).await.unwrap();
        }
        "service account suspended and activated" => {
            service.suspend_service_account(admin, caller.service_account).await.unwrap();
            service.activate_service_account(admin, caller.service_account).await.unwrap();
        }
        "service account decommissioned" => {
            service.decommission_service_account(admin, caller.service_account).await.unwrap();
        }
        "service account demoted" | "service account narrowed" => {
            let (role, scopes) = match revocation {
                "service account demoted" => (Some("member".to_owned()), None),
                _ => (None, Some(Some(vec!["mintkey:scopes.read".to_owned()]))),
            };
            let draft = ServiceAccountChangesDraft { role, allowed_scopes: scopes, ..Default::default() };
            let changes = draft.check().unwrap();
            service.edit_service_account(admin, caller.service_account, changes).await.unwrap();
        }
        other => panic!("{other} is in the table, but isn't done"),
    }
}

fn from_home() -> Origin {
    Origin { ip: "192.0.2.1".parse().ok(), ..Origin::default() }
}
