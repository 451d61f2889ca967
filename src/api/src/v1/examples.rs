//! Answers as they look: made of the real types, so that they can't differ from them.

use std::borrow::Cow;

use mintkey_domain::{
    AuditEventId, AuditOutcome, ErrorCode, FieldCode, FieldErrors, MembershipStatus, OneTimeCodeId, OrganizationId,
    PrincipalType, Role, ScopeId, ServiceAccountId, ServiceAccountStatus, Timestamp, TokenId, TokenKind, TokenStatus,
    UserId, Via, wire,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    members::{IssuedInvitation, PasswordResetLink},
    tokens::{ClientKeys, Minted},
};
use crate::refusal::{ProblemBody, plain};

/// 2026-11-22T09:14:00.000Z.
const CREATED: Timestamp = Timestamp::from_millis(1_795_338_840_000);
const DAY: i64 = 86_400_000;

pub(super) fn token() -> String {
    value(&a_token())
}

pub(super) fn tokens() -> String {
    value(&wire::Page {
        data: vec![a_token()],
        total: 41,
        total_capped: false,
        page: Some(1),
        limit: 20,
        next_cursor: Some("MDE5OThmNmE1YzFlN2QzMDhiMWYwYzhhMmY2ZTRkMDE".to_owned()),
    })
}

pub(super) fn minted() -> String {
    value(&Minted { token: a_token(), client_secret: Some("mks_…"), api_key: Some("mk_…"), client_keys: None })
}

pub(super) fn client_keys() -> String {
    value(&ClientKeys {
        keys: vec![serde_json::json!({
            "kty": "OKP", "crv": "Ed25519", "kid": "2026-11", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        })],
    })
}

pub(super) fn invalidated() -> String {
    let at = Some(CREATED.saturating_add(2 * DAY));
    value(&wire::Token { status: TokenStatus::Invalidated, invalidated_at: at, ..a_token() })
}

pub(super) fn scope() -> String {
    value(&a_scope())
}

pub(super) fn scopes() -> String {
    value(&wire::Page {
        data: vec![a_scope()],
        total: 1,
        total_capped: false,
        page: Some(1),
        limit: 20,
        next_cursor: None,
    })
}

pub(super) fn audit_event() -> String {
    value(&an_event())
}

pub(super) fn audit_events() -> String {
    value(&wire::Page {
        data: vec![an_event()],
        total: 2941,
        total_capped: false,
        page: Some(1),
        limit: 20,
        next_cursor: Some("610000000000000b7d".to_owned()),
    })
}

pub(super) fn member() -> String {
    value(&a_member())
}

pub(super) fn deactivated_member() -> String {
    value(&wire::Member { status: MembershipStatus::Deactivated, ..a_member() })
}

pub(super) fn members() -> String {
    value(&wire::Page {
        data: vec![a_member()],
        total: 1,
        total_capped: false,
        page: Some(1),
        limit: 20,
        next_cursor: None,
    })
}

pub(super) fn organization_settings() -> String {
    value(&wire::Organization {
        id: organization(),
        name: "Northfield Works".to_owned(),
        default_token_ttl: "90d".to_owned(),
        max_token_ttl: Some("365d".to_owned()),
        audit_retention: Some("400d".to_owned()),
        audience: format!("https://mintkey.example.com/o/{}", organization()),
        created_at: CREATED,
        updated_at: CREATED,
    })
}

pub(super) fn issued_invitation() -> String {
    let url = "https://mintkey.example.com/invite?code=…";
    value(&IssuedInvitation { invitation: an_invitation(), url })
}

pub(super) fn invitations() -> String {
    value(&wire::Page {
        data: vec![an_invitation()],
        total: 1,
        total_capped: false,
        page: Some(1),
        limit: 20,
        next_cursor: None,
    })
}

pub(super) fn password_reset_link() -> String {
    let url = "https://mintkey.example.com/reset?code=…";
    value(&PasswordResetLink { url, expires_at: CREATED.saturating_add(DAY) })
}

pub(super) fn hand_over() -> String {
    value(&wire::HandOver { tokens: 14, service_accounts: 2 })
}

pub(super) fn service_account() -> String {
    value(&a_service_account())
}

pub(super) fn suspended_service_account() -> String {
    value(&wire::ServiceAccount { status: ServiceAccountStatus::Suspended, ..a_service_account() })
}

pub(super) fn service_accounts() -> String {
    value(&wire::Page {
        data: vec![a_service_account()],
        total: 1,
        total_capped: false,
        page: Some(1),
        limit: 20,
        next_cursor: None,
    })
}

pub(super) fn me() -> String {
    value(&wire::Me {
        organization_id: organization(),
        principal: person(),
        via: Via::ApiKey,
        token_id: Some(token_id()),
        scopes: vec!["plants.read".to_owned()],
        expires_at: Some(CREATED.saturating_add(90 * DAY)),
    })
}

pub(crate) fn access_token() -> String {
    value(&wire::AccessToken {
        access_token: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjAxOTk4ZjZhIn0.…".to_owned(),
        token_type: Cow::Borrowed("Bearer"),
        expires_in: 3600,
        expires_at: CREATED.saturating_add(3_600_000),
        scope: "plants.read".to_owned(),
    })
}

pub(super) fn verification() -> String {
    value(&wire::Verification {
        valid: false,
        code: wire::VerificationCode::InsufficientScope,
        token: Some(a_token()),
        principal: Some(person()),
        missing_scopes: Some(vec!["plants.write".to_owned()]),
    })
}

/// What a refusal with this code looks like.
pub(crate) fn problem(code: ErrorCode, public_url: &str) -> String {
    let mut errors = FieldErrors::new();
    let detail = match code {
        ErrorCode::ValidationFailed => {
            errors.push("label", FieldCode::TooLong, "Use at most 100 characters.");
            "One field is wrong; `errors` says which and why."
        }
        ErrorCode::InsufficientScope => "This needs the scope mintkey:tokens.write.",
        ErrorCode::CredentialRequired
        | ErrorCode::InvalidCredential
        | ErrorCode::NotFound
        | ErrorCode::MethodNotAllowed
        | ErrorCode::CrossOrigin
        | ErrorCode::Timeout
        | ErrorCode::Internal => plain(code),
        _ => code.title(),
    };
    let token_ids: Vec<_> = (code == ErrorCode::TokensWouldGain).then(token_id).into_iter().collect();
    value(&ProblemBody {
        kind: format!("{public_url}/api/docs#{code}"),
        title: code.title(),
        status: code.status(),
        detail,
        code,
        request_id: Uuid::from_u128(0x0199_8f6a_5c1e_7d30_8b1f_0c8a_2f6e_4d09),
        errors: &errors,
        token_ids: &token_ids,
    })
}

fn value<T: Serialize>(example: &T) -> String {
    serde_json::to_string_pretty(example).unwrap_or_default()
}

const fn token_id() -> TokenId {
    TokenId::from_uuid(Uuid::from_u128(0x0199_8f6a_5c1e_7d30_8b1f_0c8a_2f6e_4d01))
}

const fn organization() -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(0x0199_8f6a_0000_7d30_8b1f_0c8a_2f6e_4d02))
}

fn person() -> wire::PrincipalName {
    wire::PrincipalName {
        kind: PrincipalType::User,
        id: Uuid::from_u128(0x0199_8f6a_0001_7d30_8b1f_0c8a_2f6e_4d03),
        name: "mara@example.com".to_owned(),
    }
}

fn a_token() -> wire::Token {
    let owner = person();
    wire::Token {
        id: token_id(),
        client_id: token_id(),
        label: "Plant 3 gateway".to_owned(),
        description: Some("Reads the meters of hall B.".to_owned()),
        kind: TokenKind::ApiKey,
        owner: wire::Owner { kind: owner.kind, id: owner.id, name: owner.name.clone(), status: "active".to_owned() },
        organization_id: organization(),
        scopes: vec!["plants.read".to_owned()],
        allowed_cidrs: vec!["10.4.0.0/16".to_owned()],
        status: TokenStatus::Active,
        created_at: CREATED,
        updated_at: CREATED,
        created_by: owner,
        expires_at: Some(CREATED.saturating_add(90 * DAY)),
        invalidated_at: None,
        rotated_at: None,
        previous_secret_expires_at: None,
        last_used_at: Some(CREATED.saturating_add(DAY)),
        last_used_ip: Some("10.4.1.7".to_owned()),
        key_hint: "mk_…8ZqK".to_owned(),
        needs_attention: Vec::new(),
    }
}

fn an_event() -> wire::AuditEvent {
    let actor = person();
    let fields = |label: &str| serde_json::Map::from_iter([("label".to_owned(), label.into())]);
    wire::AuditEvent {
        id: AuditEventId::from_uuid(Uuid::from_u128(0x0199_8f6a_0003_7d30_8b1f_0c8a_2f6e_4d05)),
        sequence: 2941,
        occurred_at: CREATED,
        count: 1,
        actor: wire::AuditActor { kind: actor.kind, id: Some(actor.id), name: actor.name },
        via: Via::Session.as_str().to_owned(),
        credential_id: Some(Uuid::from_u128(0x0199_8f6a_0004_7d30_8b1f_0c8a_2f6e_4d06)),
        ip: Some("10.9.0.21".to_owned()),
        user_agent: Some("Mozilla/5.0".to_owned()),
        request_id: Some(Uuid::from_u128(0x0199_8f6a_5c1e_7d30_8b1f_0c8a_2f6e_4d09)),
        action: "token.edit".to_owned(),
        target: wire::AuditTarget {
            kind: "token".to_owned(),
            id: Some(token_id().uuid()),
            name: "Plant 3 gateway".to_owned(),
        },
        outcome: AuditOutcome::Done,
        details: wire::AuditDetails {
            before: fields("Plant 3"),
            after: fields("Plant 3 gateway"),
            ..wire::AuditDetails::default()
        },
        hash: "5f".repeat(32),
        previous_hash: "a0".repeat(32),
    }
}

fn a_member() -> wire::Member {
    wire::Member {
        id: UserId::from_uuid(person().id),
        email: person().name,
        role: Role::Auditor,
        status: MembershipStatus::Active,
        created_at: CREATED,
        updated_at: CREATED,
    }
}

fn an_invitation() -> wire::Invitation {
    wire::Invitation {
        id: OneTimeCodeId::from_uuid(Uuid::from_u128(0x0199_8f6a_0005_7d30_8b1f_0c8a_2f6e_4d07)),
        email: "someone@example.com".to_owned(),
        role: Role::Auditor,
        created_at: CREATED,
        expires_at: CREATED.saturating_add(7 * DAY),
    }
}

fn a_service_account() -> wire::ServiceAccount {
    wire::ServiceAccount {
        id: ServiceAccountId::from_uuid(Uuid::from_u128(0x0199_8f6a_0003_7d30_8b1f_0c8a_2f6e_4d05)),
        organization_id: organization(),
        name: "hall-b-gateway".to_owned(),
        description: Some("Reads the meters of hall B.".to_owned()),
        role: Role::Member,
        status: ServiceAccountStatus::Active,
        allowed_scopes: Some(vec!["plants.*".to_owned()]),
        members: vec![person()],
        tokens: 2,
        created_by: person(),
        created_at: CREATED,
        updated_at: CREATED,
    }
}

fn a_scope() -> wire::Scope {
    wire::Scope {
        id: ScopeId::from_uuid(Uuid::from_u128(0x0199_8f6a_0002_7d30_8b1f_0c8a_2f6e_4d04)),
        name: "plants.read".to_owned(),
        description: "Read the meters of all plants".to_owned(),
        admin_only: false,
    }
}
