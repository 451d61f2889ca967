//! The catalogue: Mintkey's own scopes, and those added by the organization.

use deserr::Deserr;
use mintkey_domain::{
    AuditAction, ErrorCode, FieldCode, FieldErrors, MAX_DESCRIPTION, ScopeId, ScopeName, SearchText, Timestamp,
    parse_line,
    request::{Input, RequestErrors, RequiredText},
    scopes, wire,
};
use mintkey_store::{Constraint, LockedRow, Scope, StoreError};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Actor, Error, Result, Service, audit::Details, change::Change};

/// A request for a scope.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct NewScope {
    /// 1 to 128 letters, digits and `._:/-`, the first a letter or digit: `plants.read`, `agents:write`. Names that begin
    /// with `mintkey:` are Mintkey's own.
    #[deserr(from(RequiredText) = String::from)]
    #[schema(value_type = RequiredText)]
    pub name: String,
    /// What it allows, for people: at most 1,000 characters.
    #[deserr(default)]
    #[schema(required = false)]
    pub description: String,
    /// Whether only administrators' credentials can hold it.
    #[deserr(default)]
    #[schema(required = false)]
    pub admin_only: bool,
}

/// Changes to a scope: a field that is left out stays as it is.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct ScopeChanges {
    /// What it allows, for people: at most 1,000 characters.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// Whether only administrators' credentials can hold it.
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    pub admin_only: Option<bool>,
}

impl Input for NewScope {}

impl Input for ScopeChanges {}

impl Service {
    /// The whole catalogue, by name.
    pub async fn scopes(&self, actor: &Actor) -> Result<Vec<wire::Scope>> {
        actor.require(scopes::SCOPES_READ)?;
        Ok(self.store.scopes(actor.organization).await?.into_iter().map(view).collect())
    }

    /// The scopes whose name or description matches a search, or with that ID, and the total number of scopes.
    pub async fn search_scopes(&self, actor: &Actor, q: Option<&str>) -> Result<(Vec<wire::Scope>, usize)> {
        let mut errors = FieldErrors::new();
        let search = SearchText::parse_query(q, &mut errors);
        errors.into_result()?;
        let mut scopes = self.scopes(actor).await?;
        let total = scopes.len();
        if let Some(search) = search {
            let is_found = |scope: &wire::Scope| search.is_in(&[&scope.name, &scope.description]);
            scopes.retain(|scope| is_found(scope) || search.id() == Some(scope.id.uuid()));
        }
        Ok((scopes, total))
    }

    /// The scopes that the actor could grant to a token of their own.
    pub async fn grantable_scopes(&self, actor: &Actor) -> Result<Vec<wire::Scope>> {
        let mut scopes = self.scopes(actor).await?;
        scopes.retain(|scope| actor.allows(&scope.name));
        Ok(scopes)
    }

    /// The scopes that the actor may grant to a token of this owner, limited to those that the owner may have.
    ///
    /// # Errors
    /// `not_found` for an owner whose tokens the actor has no access to.
    pub async fn grantable_scopes_for(&self, actor: &Actor, owner: Uuid) -> Result<Vec<wire::Scope>> {
        let mut scopes = self.grantable_scopes(actor).await?;
        let record = self.owner_record(actor, owner).await?;
        scopes.retain(|scope| {
            record.role.may_use_scope(&scope.name, scope.admin_only)
                && record.allowed.as_ref().is_none_or(|allowed| allowed.covers(&scope.name))
        });
        Ok(scopes)
    }

    /// The scope with this ID.
    pub async fn scope(&self, actor: &Actor, id: ScopeId) -> Result<wire::Scope> {
        actor.require(scopes::SCOPES_READ)?;
        self.store.scope(actor.organization, id).await?.map(view).ok_or_else(Error::not_found)
    }

    /// Adds a scope.
    ///
    /// # Errors
    /// A validation problem; `already_exists`.
    pub async fn create_scope(&self, actor: &Actor, new: NewScope) -> Result<wire::Scope> {
        let id = ScopeId::new(self.environment.now(), self.environment.random());
        let act = self.change(actor, AuditAction::ScopeCreate, id.uuid())?;
        let mut errors = FieldErrors::new();
        let name = check_name(&new.name, &mut errors);
        let description = check_description(&new.description, &mut errors);
        let (name, description) = errors.finish(name.zip(description))?;
        let added = act.run(move |change| {
            Box::pin(async move {
                let scope = Scope {
                    id,
                    organization_id: change.organization(),
                    name,
                    description,
                    admin_only: new.admin_only,
                    built_in: false,
                    created_at: change.now,
                    updated_at: change.now,
                };
                hold_catalogue(change).await?;
                change.tx.insert_scope(&scope).await?;
                change.refresh_organization().await?;
                let details = Details::default()
                    .set("name", scope.name.as_str())
                    .set("description", scope.description.clone())
                    .set("admin_only", scope.admin_only);
                Ok(change.done(scope.name.as_str(), &details, ()).with(view(scope)))
            })
        });
        match added.await {
            Err(Error::Store(StoreError::Unique(Constraint::ScopeName))) => {
                Err(Error::refused(ErrorCode::AlreadyExists, "The catalogue has a scope of this name."))
            }
            added => added,
        }
    }

    /// Changes a scope's description or its restriction to administrators. Applies from the next check.
    pub async fn edit_scope(&self, actor: &Actor, id: ScopeId, changes: ScopeChanges) -> Result<wire::Scope> {
        let act = self.change(actor, AuditAction::ScopeEdit, id.uuid())?;
        let mut errors = FieldErrors::new();
        let description = changes.description.and_then(|text| check_description(&text, &mut errors));
        errors.into_result()?;
        act.run(move |change| {
            Box::pin(async move {
                hold_catalogue(change).await?;
                let before = own_scope(change, id).await?;
                let after = Scope {
                    description: description.unwrap_or_else(|| before.description.clone()),
                    admin_only: changes.admin_only.unwrap_or(before.admin_only),
                    updated_at: change.now,
                    ..before.clone()
                };
                if after == (Scope { updated_at: after.updated_at, ..before.clone() }) {
                    return Ok(change.unchanged(view(before)));
                }
                change.tx.update_scope(&after).await?;
                change.refresh_organization().await?;
                let details = Details::default()
                    .field("description", before.description, after.description.clone())
                    .field("admin_only", before.admin_only, after.admin_only);
                Ok(change.done(after.name.as_str(), &details, ()).with(view(after)))
            })
        })
        .await
    }

    /// Deletes a scope that no token and no service account's `allowed_scopes` contains.
    ///
    /// # Errors
    /// `scope_in_use`, `scope_built_in`.
    pub async fn delete_scope(&self, actor: &Actor, id: ScopeId) -> Result<()> {
        let act = self.change(actor, AuditAction::ScopeDelete, id.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                hold_catalogue(change).await?;
                let scope = own_scope(change, id).await?;
                if change.tx.scope_in_use(scope.organization_id, scope.name.as_str()).await? {
                    return Err(Error::refused(
                        ErrorCode::ScopeInUse,
                        "Tokens hold this scope, or the allowed scopes of service accounts name it. Remove it there first.",
                    ));
                }
                change.tx.delete_scope(scope.organization_id, id).await?;
                change.refresh_organization().await?;
                Ok(change.done(scope.name.as_str(), &Details::default(), ()))
            })
        })
        .await
    }
}

/// Locks the catalogue: waits for changes whose decisions depend on it.
pub(crate) async fn hold_catalogue(change: &mut Change<'_>) -> Result<()> {
    let organization = change.organization();
    Ok(change.tx.lock_exclusive(LockedRow::Organization(organization)).await?)
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
        name: scope.scope_name(),
        description: scope.description.to_owned(),
        admin_only: scope.admin_only,
        built_in: true,
        created_at: now,
        updated_at: now,
    });
    rows.collect()
}

async fn own_scope(change: &mut Change<'_>, id: ScopeId) -> Result<Scope> {
    let organization = change.organization();
    let scope = change.tx.scope(organization, id).await?.ok_or_else(Error::not_found)?;
    if scope.built_in {
        return Err(Error::refused(ErrorCode::ScopeBuiltIn, "Built-in scopes can't be changed."));
    }
    Ok(scope)
}

pub(crate) fn check_name(text: &str, errors: &mut FieldErrors) -> Option<ScopeName> {
    match ScopeName::parse(text) {
        Ok(name) if name.is_built_in() => {
            errors.push("name", FieldCode::InvalidFormat, "Names that begin with mintkey: are Mintkey's own.");
        }
        Ok(name) => return Some(name),
        Err(_) if text.is_empty() => {
            errors.push("name", FieldCode::Required, "Enter a name, for example “telemetry:write”.");
        }
        Err(_) => errors.push(
            "name",
            FieldCode::InvalidFormat,
            "Expected 1 to 128 letters, digits and . _ : / -, beginning with a letter or digit.",
        ),
    }
    None
}

pub(crate) fn check_description(text: &str, errors: &mut FieldErrors) -> Option<String> {
    if text.trim().is_empty() { Some(String::new()) } else { parse_line(text, "description", MAX_DESCRIPTION, errors) }
}

fn view(scope: Scope) -> wire::Scope {
    wire::Scope {
        id: scope.id,
        name: scope.name.as_str().to_owned(),
        description: scope.description,
        admin_only: scope.admin_only,
    }
}
