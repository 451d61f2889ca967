//! Example responses, as values of the real types so that they can't diverge from them.

use std::borrow::Cow;

use mintkey_domain::{
    AuditEventId, AuditOutcome, CertificateAuthorityId, ClusterId, MembershipStatus, OneTimeCodeId, OrganizationId,
    PrincipalType, Role, ScopeId, SecretText, ServiceAccountId, ServiceAccountStatus, Timestamp, TokenId, TokenKind,
    TokenStatus, UserId, Via, wire,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// 2026-11-22T09:14:00.000Z.
const CREATED: Timestamp = Timestamp::from_millis(1_795_338_840_000);
const DAY: i64 = 86_400_000;

/// An example for each schema by name. Annotations can override it.
pub(crate) fn by_schema() -> Vec<(&'static str, Value)> {
    vec![
        ("AccessToken", json!(access_token())),
        ("AuditEvent", json!(audit_event())),
        ("AuditEventPage", page(audit_event(), 2941)),
        ("CertificateAuthority", json!(certificate_authority())),
        ("CertificateAuthorityPage", page(certificate_authority(), 1)),
        ("Cluster", json!(cluster())),
        ("ClusterPage", page(cluster(), 1)),
        ("HandOver", json!(wire::HandOver { tokens: 14, service_accounts: 2 })),
        ("InvitationPage", page(invitation(), 1)),
        ("IssuedInvitation", json!(issued_invitation())),
        ("Me", json!(me())),
        ("Member", json!(member())),
        ("MemberPage", page(member(), 1)),
        ("MintedToken", json!(new_credentials())),
        ("Organization", json!(organization())),
        ("PasswordResetLink", json!(password_reset_link())),
        ("Scope", json!(scope())),
        ("ScopePage", page(scope(), 1)),
        ("ServiceAccount", json!(service_account())),
        ("ServiceAccountPage", page(service_account(), 1)),
        ("Token", json!(token())),
        ("TokenPage", page(token(), 41)),
        ("Verification", json!(verification())),
    ]
}

/// The example request of the two endpoints that create tokens.
pub(crate) fn new_token() -> Value {
    json!({
        "label": "Plant 3 gateway",
        "description": "Reads the meters of hall B.",
        "scopes": ["plants.read"],
        "allowed_cidrs": ["10.4.0.0/16"],
        "ttl": "90d",
    })
}

/// One page of a list, with a next page if there are more entries.
fn page<T: Serialize>(entry: T, total: i64) -> Value {
    let next_cursor = (total > 1).then(|| "MDE5OThmNmE1YzFlN2QzMDhiMWYwYzhhMmY2ZTRkMDE".to_owned());
    json!(wire::ListPage { data: vec![entry], total, total_capped: false, page: Some(1), limit: 20, next_cursor })
}

fn organization() -> wire::Organization {
    wire::Organization {
        id: organization_id(),
        name: "Northfield Works".to_owned(),
        default_token_ttl: "90d".to_owned(),
        max_token_ttl: Some("365d".to_owned()),
        audit_retention: Some("400d".to_owned()),
        allow_compatible_pkcs12: false,
        audience: format!("https://mintkey.example.com/o/{}", organization_id()),
        created_at: CREATED,
        updated_at: CREATED,
    }
}

fn me() -> wire::Me {
    wire::Me {
        organization_id: organization_id(),
        principal: person(),
        via: Via::ApiKey,
        token_id: Some(token_id()),
        scopes: vec!["plants.read".to_owned()],
        expires_at: Some(CREATED.saturating_add(90 * DAY)),
    }
}

fn access_token() -> wire::AccessToken {
    wire::AccessToken {
        access_token: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjAxOTk4ZjZhIn0.…".to_owned(),
        token_type: Cow::Borrowed("Bearer"),
        expires_in: 3600,
        expires_at: CREATED.saturating_add(3_600_000),
        scope: "plants.read".to_owned(),
    }
}

fn verification() -> wire::Verification {
    wire::Verification {
        valid: false,
        code: wire::VerificationCode::InsufficientScope,
        token: Some(token()),
        principal: Some(person()),
        missing_scopes: Some(vec!["plants.write".to_owned()]),
    }
}

fn token() -> wire::Token {
    let owner = person();
    wire::Token {
        id: token_id(),
        client_id: token_id(),
        label: "Plant 3 gateway".to_owned(),
        description: Some("Reads the meters of hall B.".to_owned()),
        kind: TokenKind::ApiKey,
        owner: wire::Owner { kind: owner.kind, id: owner.id, name: owner.name.clone(), status: "active".to_owned() },
        organization_id: organization_id(),
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
        certificate: None,
        kubeconfig: None,
        needs_attention: Vec::new(),
    }
}

fn new_credentials() -> wire::NewCredentials {
    let secret = |text: &str| SecretText::new(text.to_owned());
    wire::NewCredentials::new(token(), secret("mks_…"), secret("mk_…"))
}

fn audit_event() -> wire::AuditEvent {
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

fn member() -> wire::Member {
    wire::Member {
        id: UserId::from_uuid(person().id),
        email: person().name,
        role: Role::Auditor,
        status: MembershipStatus::Active,
        created_at: CREATED,
        updated_at: CREATED,
    }
}

fn invitation() -> wire::Invitation {
    wire::Invitation {
        id: OneTimeCodeId::from_uuid(Uuid::from_u128(0x0199_8f6a_0005_7d30_8b1f_0c8a_2f6e_4d07)),
        email: "someone@example.com".to_owned(),
        role: Role::Auditor,
        created_at: CREATED,
        expires_at: CREATED.saturating_add(7 * DAY),
    }
}

fn issued_invitation() -> wire::IssuedInvitation {
    let url = SecretText::new("https://mintkey.example.com/invite?code=…".to_owned());
    wire::IssuedInvitation { invitation: invitation(), url }
}

fn password_reset_link() -> wire::PasswordResetLink {
    let url = SecretText::new("https://mintkey.example.com/reset?code=…".to_owned());
    wire::PasswordResetLink { url, expires_at: CREATED.saturating_add(DAY) }
}

fn service_account() -> wire::ServiceAccount {
    wire::ServiceAccount {
        id: ServiceAccountId::from_uuid(Uuid::from_u128(0x0199_8f6a_0003_7d30_8b1f_0c8a_2f6e_4d05)),
        organization_id: organization_id(),
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

fn certificate_authority() -> wire::CertificateAuthority {
    wire::CertificateAuthority {
        id: CertificateAuthorityId::from_uuid(Uuid::from_u128(0x0199_8f6a_0006_7d30_8b1f_0c8a_2f6e_4d08)),
        subject: "CN=Mintkey CA 01998f6a-0006-7d30-8b1f-0c8a2f6e4d08".to_owned(),
        fingerprint_sha256: "5f".repeat(32),
        brought: false,
        expires_at: CREATED.saturating_add(20 * 365 * DAY),
        created_at: CREATED,
        certificates: "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n".to_owned(),
    }
}

fn cluster() -> wire::Cluster {
    wire::Cluster {
        id: ClusterId::from_uuid(Uuid::from_u128(0x0199_8f6a_0007_7d30_8b1f_0c8a_2f6e_4d0a)),
        name: "plant-3".to_owned(),
        server: "https://10.4.0.1:6443".to_owned(),
        ca_pem: "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n".to_owned(),
        default_namespace: "default".to_owned(),
        groups: vec![wire::ClusterGroup { group: "operators".to_owned(), scope: "plants.write".to_owned() }],
        created_at: CREATED,
        updated_at: CREATED,
    }
}

fn scope() -> wire::Scope {
    wire::Scope {
        id: ScopeId::from_uuid(Uuid::from_u128(0x0199_8f6a_0002_7d30_8b1f_0c8a_2f6e_4d04)),
        name: "plants.read".to_owned(),
        description: "Read the meters of all plants".to_owned(),
        admin_only: false,
    }
}

const fn token_id() -> TokenId {
    TokenId::from_uuid(Uuid::from_u128(0x0199_8f6a_5c1e_7d30_8b1f_0c8a_2f6e_4d01))
}

const fn organization_id() -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(0x0199_8f6a_0000_7d30_8b1f_0c8a_2f6e_4d02))
}

fn person() -> wire::PrincipalName {
    wire::PrincipalName {
        kind: PrincipalType::User,
        id: Uuid::from_u128(0x0199_8f6a_0001_7d30_8b1f_0c8a_2f6e_4d03),
        name: "mara@example.com".to_owned(),
    }
}
