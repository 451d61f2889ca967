//! Organizations: made by `mintkey admin`, set up by their administrators, chosen between by their people.

use mintkey_domain::{
    DEFAULT_TTL, FieldCode, FieldErrors, MAX_LABEL, MembershipStatus, OneTimePurpose, OrganizationId, Role, SecretText,
    Timestamp, Ttl, own, parse_line,
    wire::{self, OrganizationChanges, OwnOrganization},
};
use mintkey_store::{Organization, Scope, Tx};

use crate::{
    Actor, Error, Result, Service, SignedIn,
    audit::{Change, Target},
    members::INVITATION_LIFE,
    one_time::{withdraw_all, withdraw_resets_of},
    people::{check_email, new_membership, require_system},
    scopes::built_in_scopes,
};

/// An organization that was just made.
#[derive(Debug)]
pub struct NewOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// The link of an invitation for its administrator, if nobody has that address yet.
    pub invitation: Option<SecretText>,
}

impl Service {
    /// Makes an organization. Its first administrator is a member at once if they are known, and invited if not.
    ///
    /// # Errors
    /// A validation problem at `name` or `email`; `forbidden` for whoever isn't `mintkey admin`.
    pub async fn create_organization(&self, actor: &Actor, name: &str, email: &str) -> Result<NewOrganization> {
        require_system(actor)?;
        let mut errors = FieldErrors::new();
        let name = parse_line(name, "name", MAX_LABEL, &mut errors);
        let email = check_email(email, &mut errors);
        errors.into_result()?;
        let email = email.ok_or_else(Error::not_found)?;
        let now = self.environment.now();
        let (organization, scopes) = self.new_organization(name, now);
        let (code, mut row) = self.one_time_code(OneTimePurpose::Invitation, INVITATION_LIFE, now);
        row.organization_id = Some(organization.id);
        row.email = Some(email.as_str().to_owned());
        row.role = Some(Role::Admin);
        let url = self.link("invite", &code);
        let service = self.clone();
        let maker = Actor { organization: organization.id, ..actor.clone() };
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    service.insert_organization(tx, &maker, &organization, &scopes, now).await?;
                    let change = Change::default().set("email", email.as_str()).set("role", Role::Admin.as_str());
                    let known = tx.user_by_email(email.normalized()).await?;
                    if let Some(user) = &known {
                        tx.insert_membership(&new_membership(organization.id, user.id, Role::Admin, now)).await?;
                        withdraw_resets_of(tx, user.id).await?;
                        let target = Target::new("user", Some(user.id.uuid()), &user.email);
                        tx.audit(service.event(&maker, now, "member.add", target, &change));
                    } else {
                        withdraw_all(tx, organization.id, &email, now).await?;
                        tx.insert_one_time_code(&row).await?;
                        let target = Target::new("invitation", Some(row.id.uuid()), email.as_str());
                        tx.audit(service.event(&maker, now, "member.invite", target, &change));
                    }
                    service.identities_changed(tx, now).await?;
                    let id = organization.id;
                    tx.after_commit(move || service.memory.set_organization(organization, &scopes));
                    Ok::<_, Error>(NewOrganization { id, invitation: known.is_none().then_some(url) })
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
        actor.require(own::MEMBERS_READ)?;
        Ok(self.organization_view(&self.tenant(actor.organization).await?.row))
    }

    /// Changes the organization's name and settings. A new maximum holds tokens that are made or edited from now on;
    /// a new audience ends the access tokens that have the old one.
    ///
    /// # Errors
    /// A validation problem: a default beyond the maximum is one at the field that was sent, and so is an audience
    /// that stands for somebody else; `forbidden` for a new retention of the audit log unless the actor may do
    /// everything, since it removes what is older.
    pub async fn edit_organization(&self, actor: &Actor, changes: OrganizationChanges) -> Result<wire::Organization> {
        actor.require(own::MEMBERS_WRITE)?;
        if changes.audit_retention.is_some() {
            actor.require_everything()?;
        }
        let now = self.environment.now();
        let (service, actor) = (self.clone(), actor.clone());
        let after = self.store.write(move |tx| {
            Box::pin(async move {
                actor.require_standing(tx).await?;
                let before = tx.organization(actor.organization).await?.ok_or_else(Error::not_found)?;
                let after = applied(&before, &changes, now)?;
                if let Some(Some(audience)) = &changes.audience {
                    service.require_own_audience(tx, &after, audience).await?;
                }
                tx.update_organization(&after).await?;
                let change = describe(&service.organization_view(&before), &service.organization_view(&after));
                let target = Target::new("organization", Some(after.id.uuid()), &after.name);
                tx.audit(service.event(&actor, now, "organization.edit", target, &change));
                service.identities_changed(tx, now).await?;
                let (row, scopes) = (after.clone(), tx.scopes(after.id).await?);
                tx.after_commit(move || service.memory.set_organization(row, &scopes));
                Ok::<_, Error>(after)
            })
        });
        Ok(self.organization_view(&after.await?))
    }

    /// The organizations that the person who asks is an active member of, by name.
    pub async fn my_organizations(&self, actor: &Actor) -> Result<Vec<OwnOrganization>> {
        let user = actor.person()?;
        let mut organizations = Vec::new();
        for membership in self.store.memberships_of(user).await? {
            if membership.status != MembershipStatus::Active {
                continue;
            }
            let id = membership.organization_id;
            let name = self.tenant(id).await?.row.name.clone();
            organizations.push(OwnOrganization { id, name, role: membership.role, current: id == actor.organization });
        }
        organizations.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        Ok(organizations)
    }

    /// The same person at work in another of their organizations; the door gives them a new session for it.
    ///
    /// # Errors
    /// `not_found` for an organization that they aren't an active member of; `forbidden` outside the console.
    pub async fn switch_organization(&self, actor: &Actor, to: OrganizationId) -> Result<SignedIn> {
        let user = actor.session_person()?;
        let membership = self.store.membership(to, user).await?;
        membership.filter(|found| found.status == MembershipStatus::Active).ok_or_else(Error::not_found)?;
        let row = self.store.user(user).await?.ok_or_else(Error::not_found)?;
        self.signed_in(&row, to, &actor.origin).await
    }

    pub(crate) fn new_organization(&self, name: String, now: Timestamp) -> (Organization, Vec<Scope>) {
        let organization = Organization {
            id: OrganizationId::new(now, self.environment.random()),
            name,
            audience: None,
            default_token_ttl: Some(DEFAULT_TTL),
            max_token_ttl: None,
            audit_retention: None,
            created_at: now,
            updated_at: now,
        };
        let scopes = built_in_scopes(organization.id, now, || self.environment.random());
        (organization, scopes)
    }

    pub(crate) async fn insert_organization(
        &self,
        tx: &mut Tx,
        maker: &Actor,
        organization: &Organization,
        scopes: &[Scope],
        now: Timestamp,
    ) -> Result<()> {
        tx.insert_organization(organization).await?;
        for scope in scopes {
            tx.insert_scope(scope).await?;
        }
        let change = Change::default().set("name", organization.name.clone());
        let target = Target::new("organization", Some(organization.id.uuid()), &organization.name);
        tx.audit(self.event(maker, now, "organization.create", target, &change));
        Ok(())
    }

    /// Refuses an audience that stands for somebody else. One key signs for all organizations, so an API knows its
    /// own organization's access tokens from those of another by `aud` alone.
    async fn require_own_audience(&self, tx: &mut Tx, organization: &Organization, audience: &str) -> Result<()> {
        const FIELD: &str = "audience";
        let own = self.audience(&Organization { audience: None, ..organization.clone() });
        if audience == own {
            return Ok(());
        }
        let (asked, issuer) = (audience.to_ascii_lowercase(), self.signer.issuer().to_ascii_lowercase());
        if asked.strip_prefix(&issuer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])) {
            let message = "This is an address of Mintkey itself. Only the organization's own can be its audience.";
            return Err(FieldErrors::one(FIELD, FieldCode::Conflict, message).into());
        }
        if tx.audience_taken(organization.id, audience).await? {
            let message = "Another organization has this audience. Choose one of your own.";
            return Err(FieldErrors::one(FIELD, FieldCode::Conflict, message).into());
        }
        Ok(())
    }

    fn organization_view(&self, row: &Organization) -> wire::Organization {
        wire::Organization {
            id: row.id,
            name: row.name.clone(),
            default_token_ttl: length(row.default_token_ttl).unwrap_or_else(|| length_of(DEFAULT_TTL)),
            max_token_ttl: length(row.max_token_ttl),
            audit_retention: length(row.audit_retention),
            audience: self.audience(row),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
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
    if let Some(audience) = &changes.audience {
        after.audience.clone_from(audience);
    }
    let default = after.default_token_ttl.unwrap_or(DEFAULT_TTL);
    if after.max_token_ttl.is_some_and(|max| default > max) {
        let field = if changes.max_token_ttl.is_some() { "max_token_ttl" } else { "default_token_ttl" };
        let message = "The default life of a token can't be longer than the longest.";
        return Err(FieldErrors::one(field, FieldCode::Conflict, message).into());
    }
    Ok(after)
}

fn describe(before: &wire::Organization, after: &wire::Organization) -> Change {
    Change::default()
        .field("name", before.name.clone(), after.name.clone())
        .field("default_token_ttl", before.default_token_ttl.clone(), after.default_token_ttl.clone())
        .field("max_token_ttl", before.max_token_ttl.clone(), after.max_token_ttl.clone())
        .field("audit_retention", before.audit_retention.clone(), after.audit_retention.clone())
        .field("audience", before.audience.clone(), after.audience.clone())
}
