//! Links to the objects that an event names, if they still exist and the user can see them.

use mintkey_domain::{
    AuditEventId, AuditTargetType, ClusterId, PrincipalType, ScopeId, ServiceAccountId, TokenId, UserId, scopes,
    wire::AuditEvent,
};
use uuid::Uuid;

use crate::{
    error::Result,
    web::{SignedIn, encode},
};

/// An event's links: to the named objects, and to the events next to it.
pub(super) struct Links {
    pub(super) actor: Option<String>,
    pub(super) target: Option<String>,
    /// The token that was used, as label and URL. `None` for a session.
    pub(super) credential: Option<(String, String)>,
    pub(super) older: Option<AuditEventId>,
    pub(super) newer: Option<AuditEventId>,
}

impl Links {
    /// Loads the links.
    pub(super) async fn load(user: &SignedIn, event: &AuditEvent) -> Result<Self> {
        let kind = match event.actor.kind {
            PrincipalType::User => Some(AuditTargetType::User),
            PrincipalType::ServiceAccount => Some(AuditTargetType::ServiceAccount),
            PrincipalType::System => None,
        };
        let actor = find(user, kind, event.actor.id).await;
        let target = find(user, event.target.kind.parse().ok(), event.target.id).await;
        let credential = find(user, Some(AuditTargetType::Token), event.credential_id).await;
        let (older, newer) = user.visitor.service().audit_neighbours(&user.actor, event.sequence).await?;
        let href = |place: Option<LinkedName>| place.map(|place| place.href);
        Ok(Self {
            actor: href(actor),
            target: href(target),
            credential: credential.map(|place| (place.name, place.href)),
            older,
            newer,
        })
    }
}

struct LinkedName {
    name: String,
    href: String,
}

/// `None` if the object was deleted, belongs to another organization, or isn't visible to the user.
async fn find(user: &SignedIn, kind: Option<AuditTargetType>, id: Option<Uuid>) -> Option<LinkedName> {
    let (service, actor, id) = (user.visitor.service(), &user.actor, id?);
    // Without the scope, the lookup would be logged as a refused attempt.
    let place = match kind? {
        AuditTargetType::Token if actor.allows(scopes::TOKENS_READ) => {
            let name = service.token(actor, TokenId::from_uuid(id)).await.ok()?.label;
            LinkedName { name, href: format!("/settings/tokens/{id}") }
        }
        AuditTargetType::ServiceAccount if actor.allows(scopes::SERVICE_ACCOUNTS_READ) => {
            let name = service.service_account(actor, ServiceAccountId::from_uuid(id)).await.ok()?.name;
            LinkedName { href: format!("/settings/service-accounts/{id}"), name }
        }
        AuditTargetType::User if actor.allows(scopes::MEMBERS_READ) => {
            let name = service.member(actor, UserId::from_uuid(id)).await.ok()?.email;
            LinkedName { href: format!("/settings/members?q={}", encode(&name)), name }
        }
        AuditTargetType::Scope if actor.allows(scopes::SCOPES_READ) => {
            let name = service.scope(actor, ScopeId::from_uuid(id)).await.ok()?.name;
            LinkedName { href: format!("/settings/scopes?q={}", encode(&name)), name }
        }
        AuditTargetType::Cluster if actor.allows(scopes::CLUSTERS_READ) => {
            let name = service.cluster(actor, ClusterId::from_uuid(id)).await.ok()?.name;
            LinkedName { href: format!("/settings/clusters/{id}"), name }
        }
        AuditTargetType::Organization => LinkedName { name: String::new(), href: "/settings/organization".to_owned() },
        AuditTargetType::CertificateAuthority if actor.allows(scopes::MEMBERS_READ) => {
            LinkedName { name: String::new(), href: "/settings/organization/certificates".to_owned() }
        }
        _ => return None,
    };
    Some(place)
}
