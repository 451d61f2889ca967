//! Organizations: created by `mintkey admin`, configured by their administrators, selected by their members.

use mintkey_domain::{
    AuditAction, DEFAULT_TTL, EmailLookup, FieldCode, FieldErrors, Label, MembershipStatus, OneTimeCodePurpose,
    OrganizationId, Role, SecretText, Timestamp, Ttl,
    request::OrganizationChanges,
    scopes,
    wire::{self, OwnOrganization},
};
use mintkey_store::{LockedRow, OneTimeCode, Organization, Scope};

use crate::{
    Actor, Error, Result, Service,
    audit::Details,
    change::Change,
    members::INVITATION_LIFETIME,
    new_organization::{describe_new, insert_organization},
    one_time::withdraw_resets_of,
    people::{check_email, describe_member, new_membership, require_system},
    scopes::built_in_scopes,
};

/// A newly created organization.
#[derive(Debug)]
pub struct NewOrganization {
    /// The ID.
    pub id: OrganizationId,
    /// The invitation link for its administrator, if the address has no account yet.
    pub invitation: Option<SecretText>,
}

impl Service {
    /// Creates an organization. Its first administrator is added if the address has an account, or else invited.
    ///
    /// # Errors
    /// A validation problem at `name` or `email`; `forbidden` unless the actor is `mintkey admin`.
    pub async fn create_organization(&self, actor: &Actor, name: &str, email: &str) -> Result<NewOrganization> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let name = Label::parse(name, "name", &mut errors);
        let email = check_email(email, &mut errors);
        let (name, email) = errors.finish(name.zip(email))?;
        let now = self.environment.now();
        let (organization, scopes) = self.new_organization(name, now);
        let (code, row) = self.one_time_code(OneTimeCodePurpose::Invitation, INVITATION_LIFETIME, now);
        let url = self.link("invite", &code);
        // The event is the first one in the new organization's log.
        let maker = Actor { organization: organization.id, ..actor.clone() };
        let act = self.change(&maker, AuditAction::OrganizationCreate, organization.id.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let (id, now) = (organization.id, change.now);
                insert_organization(change, organization.clone(), scopes).await?;
                let ended = change.done(organization.name.as_str(), &describe_new(&organization), ());
                let details = describe_member(email.as_str(), Role::Admin);
                let known = change.tx.user_by_email(&EmailLookup::from(&email)).await?;
                if let Some(user) = &known {
                    change.tx.insert_membership(&new_membership(id, user.id, Role::Admin, now)).await?;
                    withdraw_resets_of(change.tx, user.id).await?;
                    change.log_event(AuditAction::MemberAdd, Some(user.id.uuid()), user.email.as_str(), &details);
                } else {
                    let row = OneTimeCode {
                        organization_id: Some(id),
                        email: Some(email.clone()),
                        role: Some(Role::Admin),
                        ..row
                    };
                    change.tx.insert_one_time_code(&row).await?;
                    change.log_event(AuditAction::MemberInvite, Some(row.id.uuid()), email.as_str(), &details);
                }
                change.identities_changed().await?;
                Ok(ended.with(NewOrganization { id, invitation: known.is_none().then_some(url) }))
            })
        })
        .await
    }

    /// All organizations, the oldest first, for `mintkey admin`.
    pub async fn organizations(&self, actor: &Actor) -> Result<Vec<wire::Organization>> {
        require_system(actor)?;
        Ok(self.store.organizations().await?.iter().map(|row| self.organization_view(row)).collect())
    }

    /// The actor's organization and its settings.
    pub async fn organization(&self, actor: &Actor) -> Result<wire::Organization> {
        actor.require(scopes::MEMBERS_READ)?;
        Ok(self.organization_view(&self.tenant(actor.organization).await?.row))
    }

    /// Updates the organization's name and settings. A new maximum applies to tokens created or edited from now on; a
    /// new audience invalidates the access tokens with the old one.
    ///
    /// # Errors
    /// A validation problem, for example at the submitted field for a default above the maximum, or for an audience
    /// that belongs to another party; `forbidden` for a new audit log retention unless the actor has every permission,
    /// because it deletes older events.
    pub async fn edit_organization(&self, actor: &Actor, changes: OrganizationChanges) -> Result<wire::Organization> {
        let act = self.change(actor, AuditAction::OrganizationEdit, actor.organization.uuid())?;
        let edited = act.run(move |change| {
            Box::pin(async move {
                if changes.audit_retention.is_some() {
                    change.actor.require_everything()?;
                }
                let organization = change.organization();
                change.tx.lock_exclusive(LockedRow::Organization(organization)).await?;
                let before = change.tx.organization(organization).await?.ok_or_else(Error::not_found)?;
                let after = applied(&before, &changes, change.now)?;
                if after == (Organization { updated_at: after.updated_at, ..before.clone() }) {
                    return Ok(change.unchanged(change.service.organization_view(&before)));
                }
                if let Some(Some(audience)) = &changes.audience {
                    require_own_audience(change, &after, audience).await?;
                }
                change.tx.update_organization(&after).await?;
                change.identities_changed().await?;
                change.refresh_organization().await?;
                let [from, to] = [&before, &after].map(|row| change.service.organization_view(row));
                Ok(change.done(after.name.as_str(), &describe(&from, &to), to))
            })
        });
        edited.await
    }

    /// The organizations in which the acting user is an active member, by name.
    pub async fn my_organizations(&self, actor: &Actor) -> Result<Vec<OwnOrganization>> {
        let user = actor.user()?;
        let mut organizations = Vec::new();
        for membership in self.store.memberships_of(user).await? {
            if membership.status != MembershipStatus::Active {
                continue;
            }
            let id = membership.organization_id;
            let Some(tenant) = self.identities.organization(&self.store, id).await? else { continue };
            let name = tenant.row.name.to_string();
            organizations.push(OwnOrganization { id, name, role: membership.role, current: id == actor.organization });
        }
        organizations.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        Ok(organizations)
    }

    pub(crate) fn new_organization(&self, name: Label, now: Timestamp) -> (Organization, Vec<Scope>) {
        let organization = Organization {
            id: OrganizationId::new(now, self.environment.random()),
            name,
            audience: None,
            default_token_ttl: Some(DEFAULT_TTL),
            max_token_ttl: None,
            audit_retention: None,
            allow_compatible_pkcs12: false,
            created_at: now,
            updated_at: now,
        };
        let scopes = built_in_scopes(organization.id, now, || self.environment.random());
        (organization, scopes)
    }

    fn organization_view(&self, row: &Organization) -> wire::Organization {
        wire::Organization {
            id: row.id,
            name: row.name.to_string(),
            default_token_ttl: length(row.default_token_ttl).unwrap_or_else(|| length_of(DEFAULT_TTL)),
            max_token_ttl: length(row.max_token_ttl),
            audit_retention: length(row.audit_retention),
            allow_compatible_pkcs12: row.allow_compatible_pkcs12,
            audience: self.signer.audience(row),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Refuses an audience that belongs to another party. All organizations share the signing key, so an API distinguishes
/// access tokens of different organizations by `aud` alone.
async fn require_own_audience(change: &mut Change<'_>, organization: &Organization, audience: &str) -> Result<()> {
    const FIELD: &str = "audience";
    let own = change.service.signer.audience(&Organization { audience: None, ..organization.clone() });
    if audience == own {
        return Ok(());
    }
    let (asked, issuer) = (audience.to_ascii_lowercase(), change.service.signer.issuer().to_ascii_lowercase());
    if asked.strip_prefix(&issuer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])) {
        let message = "This is an address of Mintkey itself. Only the organization's own can be its audience.";
        return Err(FieldErrors::one(FIELD, FieldCode::Conflict, message).into());
    }
    if change.tx.audience_taken(organization.id, audience).await? {
        let message = "Another organization has this audience. Choose one of your own.";
        return Err(FieldErrors::one(FIELD, FieldCode::Conflict, message).into());
    }
    Ok(())
}

fn length(millis: Option<i64>) -> Option<String> {
    millis.map(length_of)
}

fn length_of(millis: i64) -> String {
    Ttl::from_millis(millis).map(|ttl| ttl.to_string()).unwrap_or_default()
}

fn applied(before: &Organization, changes: &OrganizationChanges, now: Timestamp) -> Result<Organization> {
    let mut after = Organization { updated_at: now, ..before.clone() };
    if let Some(name) = &changes.name {
        after.name.clone_from(name);
    }
    if let Some(ttl) = changes.default_token_ttl {
        after.default_token_ttl = Some(ttl.millis());
    }
    if let Some(ttl) = changes.max_token_ttl {
        after.max_token_ttl = ttl.map(Ttl::millis);
    }
    if let Some(retention) = changes.audit_retention {
        after.audit_retention = retention.map(Ttl::millis);
    }
    if let Some(allow) = changes.allow_compatible_pkcs12 {
        after.allow_compatible_pkcs12 = allow;
    }
    if let Some(audience) = &changes.audience {
        after.audience.clone_from(audience);
    }
    let default = after.default_token_ttl.unwrap_or(DEFAULT_TTL);
    if after.max_token_ttl.is_some_and(|max| default > max) {
        let field = if changes.max_token_ttl.is_some() { "max_token_ttl" } else { "default_token_ttl" };
        let message = "The default token lifetime can't be longer than the maximum.";
        return Err(FieldErrors::one(field, FieldCode::Conflict, message).into());
    }
    Ok(after)
}

fn describe(before: &wire::Organization, after: &wire::Organization) -> Details {
    Details::default()
        .field("name", before.name.clone(), after.name.clone())
        .field("default_token_ttl", before.default_token_ttl.clone(), after.default_token_ttl.clone())
        .field("max_token_ttl", before.max_token_ttl.clone(), after.max_token_ttl.clone())
        .field("audit_retention", before.audit_retention.clone(), after.audit_retention.clone())
        .field("allow_compatible_pkcs12", before.allow_compatible_pkcs12, after.allow_compatible_pkcs12)
        .field("audience", before.audience.clone(), after.audience.clone())
}
