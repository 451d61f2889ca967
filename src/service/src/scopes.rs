//! The catalogue: Mintkey's own scopes, and those that the organization adds.

use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, MAX_DESCRIPTION, ScopeId, ScopeName, Timestamp, own, parse_line, wire,
};
use mintkey_store::{Constraint, Scope, StoreError, Tx};

use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
};

/// A scope to be added, as it came.
#[derive(Debug, Clone, Default)]
pub struct NewScopeDraft {
    /// Its name, for good.
    pub name: String,
    /// What it allows, for people.
    pub description: String,
    /// Whether only administrators' credentials can hold it.
    pub admin_only: bool,
}

/// Changes to a scope, as they came; its name never changes.
#[derive(Debug, Clone, Default)]
pub struct ScopeChangesDraft {
    /// What it allows, for people.
    pub description: Option<String>,
    /// Whether only administrators' credentials can hold it.
    pub admin_only: Option<bool>,
}

impl Service {
    /// The whole catalogue, by name.
    pub async fn scopes(&self, actor: &Actor) -> Result<Vec<wire::Scope>> {
        actor.require(own::SCOPES_READ)?;
        Ok(self.store.scopes(actor.organization).await?.into_iter().map(view).collect())
    }

    /// The scopes that the actor could give to a token of their own.
    pub async fn grantable_scopes(&self, actor: &Actor) -> Result<Vec<wire::Scope>> {
        let mut scopes = self.scopes(actor).await?;
        scopes.retain(|scope| actor.allows(&scope.name));
        Ok(scopes)
    }

    /// One scope.
    pub async fn scope(&self, actor: &Actor, id: ScopeId) -> Result<wire::Scope> {
        actor.require(own::SCOPES_READ)?;
        self.store.scope(actor.organization, id).await?.map(view).ok_or_else(Error::not_found)
    }

    /// Adds a scope.
    ///
    /// # Errors
    /// A validation problem; `already_exists`.
    pub async fn create_scope(&self, actor: &Actor, draft: NewScopeDraft) -> Result<wire::Scope> {
        actor.require(own::SCOPES_WRITE)?;
        let now = self.environment.now();
        let mut errors = FieldErrors::new();
        let name = check_name(&draft.name, &mut errors);
        let description = check_description(&draft.description, &mut errors);
        errors.into_result()?;
        let scope = Scope {
            id: ScopeId::new(now, self.environment.random()),
            organization_id: actor.organization,
            name,
            description,
            admin_only: draft.admin_only,
            built_in: false,
            created_at: now,
            updated_at: now,
        };
        let change = Change::default()
            .set("name", scope.name.clone())
            .set("description", scope.description.clone())
            .set("admin_only", scope.admin_only);
        let event =
            self.event(actor, now, "scope.create", Target::new("scope", Some(scope.id.uuid()), &scope.name), &change);
        let (service, actor, added) = (self.clone(), actor.clone(), scope.clone());
        let done = self.store.write(move |tx| {
            Box::pin(async move {
                actor.require_standing(tx).await?;
                tx.insert_scope(&added).await?;
                tx.audit(event);
                service.refresh_catalogue(tx, added.organization_id).await
            })
        });
        match done.await {
            Err(Error::Store(StoreError::Unique(Constraint::ScopeName))) => {
                Err(Error::refused(ErrorCode::AlreadyExists, "The catalogue has a scope of this name."))
            }
            Err(error) => Err(error),
            Ok(()) => Ok(view(scope)),
        }
    }

    /// Changes what a scope says, or whether it is kept for administrators. The next check sees it.
    pub async fn edit_scope(&self, actor: &Actor, id: ScopeId, draft: ScopeChangesDraft) -> Result<wire::Scope> {
        actor.require(own::SCOPES_WRITE)?;
        let now = self.environment.now();
        let mut errors = FieldErrors::new();
        let description = draft.description.map(|text| check_description(&text, &mut errors));
        errors.into_result()?;
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    let before = own_scope(tx, &actor, id).await?;
                    let after = Scope {
                        description: description.unwrap_or_else(|| before.description.clone()),
                        admin_only: draft.admin_only.unwrap_or(before.admin_only),
                        updated_at: now,
                        ..before.clone()
                    };
                    tx.update_scope(&after).await?;
                    let change = Change::default()
                        .field("description", before.description, after.description.clone())
                        .field("admin_only", before.admin_only, after.admin_only);
                    let target = Target::new("scope", Some(id.uuid()), &after.name);
                    tx.audit(service.event(&actor, now, "scope.edit", target, &change));
                    service.refresh_catalogue(tx, actor.organization).await?;
                    Ok::<_, Error>(view(after))
                })
            })
            .await
    }

    /// Removes a scope that no token holds.
    ///
    /// # Errors
    /// `scope_in_use`, `scope_built_in`.
    pub async fn delete_scope(&self, actor: &Actor, id: ScopeId) -> Result<()> {
        actor.require(own::SCOPES_WRITE)?;
        let now = self.environment.now();
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    let scope = own_scope(tx, &actor, id).await?;
                    if tx.scope_in_use(actor.organization, &scope.name).await? {
                        return Err(Error::refused(
                            ErrorCode::ScopeInUse,
                            "Tokens hold this scope. Take it from them first.",
                        ));
                    }
                    tx.delete_scope(actor.organization, id).await?;
                    let target = Target::new("scope", Some(id.uuid()), &scope.name);
                    tx.audit(service.event(&actor, now, "scope.delete", target, &Change::default()));
                    service.refresh_catalogue(tx, actor.organization).await
                })
            })
            .await
    }

    /// Makes the change that this transaction is about to commit the catalogue in memory.
    async fn refresh_catalogue(&self, tx: &mut Tx, organization: mintkey_domain::OrganizationId) -> Result<()> {
        let row = tx.organization(organization).await?.ok_or_else(Error::not_found)?;
        let scopes = tx.scopes(organization).await?;
        let service = self.clone();
        tx.after_commit(move || service.memory.set_organization(row, &scopes));
        Ok(())
    }
}

/// The rows of Mintkey's own scopes for a new organization.
pub(crate) fn built_in_scopes(
    organization_id: mintkey_domain::OrganizationId,
    now: Timestamp,
    mut random: impl FnMut() -> [u8; 10],
) -> Vec<Scope> {
    let rows = mintkey_domain::BUILT_IN_SCOPES.iter().map(|scope| Scope {
        id: ScopeId::new(now, random()),
        organization_id,
        name: scope.name.to_owned(),
        description: scope.description.to_owned(),
        admin_only: scope.admin_only,
        built_in: true,
        created_at: now,
        updated_at: now,
    });
    rows.collect()
}

async fn own_scope(tx: &mut Tx, actor: &Actor, id: ScopeId) -> Result<Scope> {
    let scope = tx.scope(actor.organization, id).await?.ok_or_else(Error::not_found)?;
    if scope.built_in {
        return Err(Error::refused(ErrorCode::ScopeBuiltIn, "Mintkey's own scopes stay as they are."));
    }
    Ok(scope)
}

fn check_name(text: &str, errors: &mut FieldErrors) -> String {
    match ScopeName::parse(text) {
        Ok(name) if name.is_built_in() => {
            errors.push("name", FieldCode::InvalidFormat, "Names that begin with mintkey: are Mintkey's own.");
        }
        Ok(_) => {}
        Err(_) if text.is_empty() => {
            errors.push("name", FieldCode::Required, "Enter a name, for example “telemetry:write”.");
        }
        Err(_) => errors.push(
            "name",
            FieldCode::InvalidFormat,
            "Expected 1 to 128 letters, digits and . _ : / -, beginning with a letter or digit.",
        ),
    }
    text.to_owned()
}

fn check_description(text: &str, errors: &mut FieldErrors) -> String {
    if text.trim().is_empty() { String::new() } else { parse_line(text, "description", MAX_DESCRIPTION, errors) }
}

fn view(scope: Scope) -> wire::Scope {
    wire::Scope { id: scope.id, name: scope.name, description: scope.description, admin_only: scope.admin_only }
}
