//! Uniqueness constraints have names that callers can rely on.

use mintkey_domain::{EmailLookup, OrganizationId, Role, ScopeId, ScopeName, UserId};
use mintkey_store::{Constraint, Scope, StoreError};

use super::{
    harness::Database,
    make::{self, NOW},
};

on_both_engines! {
    an_address_is_one_users_only
    a_scopes_name_is_unique_in_its_organization
    a_person_is_a_member_once
    what_is_referred_to_must_be_there
    an_error_repeats_no_value
}

fn violates<T>(result: &Result<T, StoreError>, expected: Constraint) -> bool {
    matches!(result, Err(StoreError::Unique(constraint)) if *constraint == expected)
}

fn scope(organization: OrganizationId) -> Scope {
    Scope {
        id: ScopeId::from_uuid(make::id()),
        organization_id: organization,
        name: ScopeName::parse("peers.read").unwrap(),
        description: "Read peers".to_owned(),
        admin_only: false,
        built_in: false,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn an_address_is_one_users_only(database: &Database) {
    database.user("ada@example.com").await;
    let second = write!(database.store, |tx| tx.insert_user(&make::user("ADA@example.com")).await);
    assert!(violates(&second, Constraint::UserEmail));
}

async fn a_scopes_name_is_unique_in_its_organization(database: &Database) {
    let (one, two) = (database.organization().await, database.organization().await);
    write!(database.store, |tx| tx.insert_scope(&scope(one)).await).unwrap();
    write!(database.store, |tx| tx.insert_scope(&scope(two)).await).unwrap();
    let second = write!(database.store, |tx| tx.insert_scope(&scope(one)).await);
    assert!(violates(&second, Constraint::ScopeName));
    let id = make::id();
    database
        .execute(
            "INSERT INTO service_accounts (id, organization_id, name, role, status, generation, \
            created_by_type, created_by_id, created_at, updated_at) \
            VALUES ($1, $2, 'ci', 'member', 'active', 0, 'user', $1, 0, 0)",
            &[id, one.uuid()],
        )
        .await;
    let id = mintkey_domain::ServiceAccountId::from_uuid(id);
    assert_eq!(database.store.service_account(one, id).await.unwrap().unwrap().name.as_str(), "ci");
    assert!(database.store.service_account(two, id).await.unwrap().is_none());
}

async fn a_person_is_a_member_once(database: &Database) {
    let (organization, user) = (database.organization().await, database.user("ada@example.com").await);
    let member = make::membership(organization, user, Role::Member);
    let again = member.clone();
    write!(database.store, |tx| tx.insert_membership(&again).await).unwrap();
    let second = write!(database.store, |tx| tx.insert_membership(&member).await);
    assert!(violates(&second, Constraint::Membership));
}

async fn what_is_referred_to_must_be_there(database: &Database) {
    let organization = database.organization().await;
    let unknown = UserId::from_uuid(make::id());
    let member = make::membership(organization, unknown, Role::Member);
    let lost = write!(database.store, |tx| tx.insert_membership(&member).await);
    assert!(matches!(lost, Err(StoreError::ForeignKey)));
}

async fn an_error_repeats_no_value(database: &Database) {
    database.user("ada@example.com").await;
    let second = write!(database.store, |tx| tx.insert_user(&make::user("ada@example.com")).await).unwrap_err();
    assert!(!format!("{second} {second:?}").contains("ada@"));
    // PostgreSQL can't store this character.
    let odd = database.store.user_by_email(&EmailLookup::new("a\0b@example.com")).await;
    assert_eq!(odd.unwrap(), None);
}
