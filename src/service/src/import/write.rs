//! Inserts the rows of an import, each with its event.

use mintkey_domain::AuditAction;
use mintkey_store::StoreError;

use super::plan::{NewTokenRows, Rows};
use crate::{
    Result, audit::Details, change::Change, one_time::withdraw_resets_of, people::describe_member,
    scopes::hold_catalogue, service_accounts::describe_new_service_account, tokens::describe_new_token,
};

/// Inserts everything.
pub(super) async fn all(change: &mut Change<'_>, rows: Rows) -> Result<()> {
    let Rows { scopes, members, accounts, tokens, patterns } = rows;
    if !scopes.is_empty() {
        hold_catalogue(change).await?;
        for scope in &scopes {
            change.tx.insert_scope(scope).await?;
            let details = imported().set("name", scope.name.as_str()).set("admin_only", scope.admin_only);
            change.log_event(AuditAction::ScopeCreate, Some(scope.id.uuid()), scope.name.as_str(), &details);
        }
        change.refresh_organization().await?;
    }
    for (user, membership, email) in &members {
        let action = if let Some(user) = user {
            change.tx.insert_user(user).await?;
            AuditAction::UserCreate
        } else {
            withdraw_resets_of(change.tx, membership.user_id).await?;
            AuditAction::MemberAdd
        };
        change.tx.insert_membership(membership).await?;
        let details = describe_member(email.as_str(), membership.role).note("imported", true);
        change.log_event(action, Some(membership.user_id.uuid()), email.as_str(), &details);
    }
    for account in &accounts {
        change.tx.insert_service_account(account).await?;
        let details = describe_new_service_account(account).note("imported", true);
        let id = account.id.uuid();
        change.log_event(AuditAction::ServiceAccountCreate, Some(id), account.name.as_str(), &details);
    }
    let (organization, now) = (change.organization(), change.now);
    for pattern in &patterns {
        change.tx.insert_imported_key_pattern(organization, pattern, now).await?;
    }
    for token in &tokens {
        self::token(change, token).await?;
    }
    // After all tokens, which are written together when a statement concerns them.
    let keys: Vec<_> =
        tokens.iter().flat_map(|rows| rows.fingerprints.iter().map(|key| (*key, rows.token.id))).collect();
    change.tx.insert_imported_keys(organization, &keys, now).await?;
    change.identities_changed().await?;
    let service = change.service.clone();
    change.tx.after_commit(move || {
        service.identities.invalidate_identities();
        service.identities.add_imported_patterns(patterns);
    });
    Ok(())
}

async fn token(change: &mut Change<'_>, rows: &NewTokenRows) -> Result<()> {
    let NewTokenRows { token, secrets, client_keys, fingerprints: _, external_id } = rows;
    let (newest, older) = secrets.split_first().ok_or(StoreError::Corrupt("secrets"))?;
    change.tx.insert_token(token, newest);
    for secret in older {
        change.tx.insert_token_secret(token, secret).await?;
    }
    change.tx.insert_client_keys(token.organization_id, token.id, client_keys, change.now).await?;
    let details = describe_new_token(token).note("imported", true);
    let details = match external_id {
        Some(id) => details.note("external_id", id.as_str()),
        None => details,
    };
    change.log_event(AuditAction::TokenCreate, Some(token.id.uuid()), token.label.as_str(), &details);
    Ok(())
}

fn imported() -> Details {
    Details::default().note("imported", true)
}
