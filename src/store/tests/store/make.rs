//! Rows for tests, each with a unique ID.

use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use mintkey_domain::DAY;
use mintkey_domain::{
    AddressRanges, AuditEventId, Email, FieldErrors, Label, MembershipStatus, OrganizationId, Principal, PrincipalType,
    Role, ScopeSet, ServiceAccountId, ServiceAccountStatus, Timestamp, TokenId, TokenKind, UserId,
};
use mintkey_store::{Membership, NewAuditEvent, Organization, ServiceAccount, StoredHash, Token, TokenSecret, User};
use uuid::Uuid;

use super::harness::Database;

/// The current time in tests.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A new ID, greater than the previous ones.
pub(crate) fn id() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// A time this number of milliseconds from now.
pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + millis)
}

pub(crate) fn person() -> Principal {
    Principal::User(UserId::from_uuid(id()))
}

pub(crate) fn label(text: &str) -> Label {
    Label::from_stored(text.to_owned())
}

pub(crate) fn scopes(texts: &[&str]) -> ScopeSet {
    ScopeSet::from_stored(texts.iter().copied())
}

pub(crate) fn ranges(texts: &[&str]) -> AddressRanges {
    let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
    AddressRanges::parse(&texts, &mut FieldErrors::new()).unwrap()
}

pub(crate) fn organization() -> Organization {
    Organization {
        id: OrganizationId::from_uuid(id()),
        name: label("Acme"),
        audience: Some("https://api.example".to_owned()),
        default_token_ttl: Some(90 * DAY),
        max_token_ttl: None,
        audit_retention: Some(400 * DAY),
        allow_compatible_pkcs12: false,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(crate) fn user(email: &str) -> User {
    User {
        id: UserId::from_uuid(id()),
        email: Email::parse(email).unwrap(),
        password_hash: "$argon2id$…".to_owned(),
        password_generation: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(crate) fn membership(organization: OrganizationId, user: UserId, role: Role) -> Membership {
    Membership {
        organization_id: organization,
        user_id: user,
        role,
        status: MembershipStatus::Active,
        generation: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(crate) fn service_account(organization: OrganizationId, name: &str) -> ServiceAccount {
    ServiceAccount {
        id: ServiceAccountId::from_uuid(id()),
        organization_id: organization,
        name: label(name),
        description: None,
        role: Role::Member,
        status: ServiceAccountStatus::Active,
        allowed_scopes: None,
        members: Vec::new(),
        generation: 1,
        created_by: person(),
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(crate) fn token(organization: OrganizationId, owner: Principal, label: &str) -> Token {
    let id = id();
    Token {
        id: TokenId::from_uuid(id),
        organization_id: organization,
        owner,
        label: self::label(label),
        description: None,
        kind: TokenKind::ApiKey,
        scopes: scopes(&["peers.read", "peers.write"]),
        allowed_cidrs: AddressRanges::default(),
        created_at: NOW,
        updated_at: NOW,
        created_by: owner,
        expires_at: Some(at(90 * DAY)),
        invalidated_at: None,
        keep_access_tokens: false,
        rotated_by: None,
        rotated_at: None,
        previous_secret_expires_at: None,
        last_used_at: None,
        last_used_ip: None,
        key_hint: format!("mk_…{:04}", id.as_u128() % 10_000),
        certificate: None,
        kubeconfig: None,
        unreadable: Vec::new(),
    }
}

pub(crate) fn secret(token: &Token, generation: i64) -> TokenSecret {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(id().as_bytes());
    TokenSecret {
        token_id: token.id,
        generation,
        hash: StoredHash::Mintkey(hash),
        certificate: None,
        expires_at: None,
        created_at: NOW,
        last_used_at: None,
        last_used_ip: None,
        last_used_agent: None,
    }
}

pub(crate) fn event(organization: OrganizationId, action: &str) -> NewAuditEvent {
    NewAuditEvent {
        id: AuditEventId::from_uuid(id()),
        organization_id: organization,
        at: NOW,
        actor_type: PrincipalType::User,
        actor_id: Some(id()),
        actor_name: "Ada".to_owned(),
        via: "session".to_owned(),
        credential_id: None,
        ip: Some("192.0.2.1".to_owned()),
        user_agent: None,
        request_id: Some(id()),
        action: action.to_owned(),
        target_type: "token".to_owned(),
        target_id: Some(id()),
        target_name: "edge".to_owned(),
        outcome: "done".to_owned(),
        details: "{}".to_owned(),
    }
}

impl Database {
    /// Inserts a new organization.
    pub(crate) async fn organization(&self) -> OrganizationId {
        let organization = organization();
        let id = organization.id;
        self.done(move |tx| Box::pin(async move { tx.insert_organization(&organization).await })).await;
        id
    }

    /// Inserts a new user.
    pub(crate) async fn user(&self, email: &str) -> UserId {
        let user = user(email);
        let id = user.id;
        self.done(move |tx| Box::pin(async move { tx.insert_user(&user).await })).await;
        id
    }

    /// Inserts these tokens, each with its first secret.
    pub(crate) async fn insert(&self, tokens: &[Token]) {
        let tokens = tokens.to_vec();
        self.done(move |tx| {
            Box::pin(async move {
                for token in &tokens {
                    tx.insert_token(token, &secret(token, 1));
                }
                Ok(())
            })
        })
        .await;
    }
}
