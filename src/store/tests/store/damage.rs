//! Unreadable rows break no list, grant nothing, and are reported.

use mintkey_domain::{AddressRanges, OrganizationId, Role, TokenSort};
use mintkey_store::{
    Damage, IdempotencyRecord, PageRequest, ServiceAccount, ServiceAccountFilter, ServiceAccountPage, StoreError,
    Token, TokenFilter, UnreadableRow,
};

use super::{
    harness::Database,
    make::{self, NOW, at},
};

on_both_engines! {
    a_sound_database_has_no_damage
    a_token_that_cant_be_read_is_listed_and_named
    a_range_that_cant_be_read_is_kept_and_allows_nothing
    an_edit_keeps_what_cant_be_read_until_it_is_replaced
    an_account_held_to_an_unreadable_grant_is_held_to_nothing_and_stays_so
    a_member_that_cant_be_read_is_left_out_and_named
    a_secret_that_cant_be_read_leaves_its_number_taken
    a_person_with_an_unreadable_membership_has_no_complete_list
    an_answer_that_cant_be_read_fails_its_own_request_only
    a_page_of_damaged_rows_leads_on
}

async fn made(database: &Database) -> Token {
    let organization = database.organization().await;
    let mut token = make::token(organization, make::person(), "edge");
    token.allowed_cidrs = make::ranges(&["10.4.0.0/16"]);
    database.insert(std::slice::from_ref(&token)).await;
    token
}

async fn found(database: &Database, token: &Token) -> Token {
    database.store.token(token.organization_id, token.id).await.unwrap().unwrap()
}

async fn named(database: &Database) -> Vec<(&'static str, String, Vec<&'static str>)> {
    let Damage { rows, file, .. } = database.store.check().await.unwrap();
    assert!(file.is_empty(), "{file:?}");
    let last = |row: UnreadableRow| (row.table, row.key.last().unwrap().1.clone(), row.columns);
    rows.into_iter().map(last).collect()
}

async fn a_sound_database_has_no_damage(database: &Database) {
    made(database).await;
    assert_eq!(database.store.check().await.unwrap(), Damage::default());
}

async fn a_token_that_cant_be_read_is_listed_and_named(database: &Database) {
    let token = made(database).await;
    database
        .execute(
            "UPDATE tokens SET kind = 'cookie', owner_type = 'ghost', rotated_by_type = 'ghost', rotated_by_id = id \
            WHERE id = $1",
            &[token.id.uuid()],
        )
        .await;
    let columns = vec!["owner_type", "kind", "rotated_by_type"];
    let page = PageRequest::Number { page: 1, limit: 20 };
    let list =
        database.store.tokens(token.organization_id, &TokenFilter::all(NOW), TokenSort::default(), page).await.unwrap();
    assert_eq!(list.tokens[0].unreadable, columns);
    assert_eq!((list.tokens[0].label.as_str(), list.total), ("edge", 1));
    assert_eq!(named(database).await, [("tokens", token.id.to_string(), columns)]);
}

async fn a_range_that_cant_be_read_is_kept_and_allows_nothing(database: &Database) {
    let token = made(database).await;
    database.execute("UPDATE token_cidrs SET cidr = 'office' WHERE token_id = $1", &[token.id.uuid()]).await;
    let stored = found(database, &token).await;
    assert!(stored.unreadable.is_empty() && stored.allowed_cidrs.has_unreadable());
    assert!(!stored.allowed_cidrs.allows(Some("10.4.0.1".parse().unwrap())));
    assert_eq!(stored.allowed_cidrs.to_strings(), ["office"]);
    assert_eq!(named(database).await, [("token_cidrs", token.id.to_string(), vec!["cidr"])]);
}

async fn an_edit_keeps_what_cant_be_read_until_it_is_replaced(database: &Database) {
    let token = made(database).await;
    let damage = "UPDATE token_scopes SET scope = 'no grant' WHERE token_id = $1 AND position = 1";
    database.execute(damage, &[token.id.uuid()]).await;
    let before = found(database, &token).await;
    assert_eq!(
        (before.unreadable.as_slice(), before.scopes.to_strings()),
        (&["scopes"][..], vec!["peers.read".into()])
    );

    let renamed = Token { label: make::label("gateway"), updated_at: at(1), ..before.clone() };
    let edited = renamed.clone();
    database.done(move |tx| Box::pin(async move { tx.update_token(&before, &edited).await })).await;
    assert_eq!(found(database, &token).await, renamed);

    let replaced = Token { unreadable: Vec::new(), allowed_cidrs: AddressRanges::default(), ..renamed.clone() };
    let edited = replaced.clone();
    database.done(move |tx| Box::pin(async move { tx.update_token(&renamed, &edited).await })).await;
    assert_eq!(found(database, &token).await, replaced);
    assert_eq!(named(database).await, []);
}

fn account(organization: OrganizationId) -> ServiceAccount {
    ServiceAccount {
        allowed_scopes: Some(make::scopes(&["peers.read"])),
        ..make::service_account(organization, "fleet")
    }
}

async fn an_account_held_to_an_unreadable_grant_is_held_to_nothing_and_stays_so(database: &Database) {
    let organization = database.organization().await;
    let account = account(organization);
    let (id, new) = (account.id, account.clone());
    database.done(move |tx| Box::pin(async move { tx.insert_service_account(&new).await })).await;
    database.execute("UPDATE service_account_scopes SET scope = '?' WHERE service_account_id = $1", &[id.uuid()]).await;

    let before = database.store.service_account(organization, id).await.unwrap().unwrap();
    assert!(before.allowed_scopes.as_ref().unwrap().is_empty());
    let renamed = ServiceAccount { name: make::label("fleet 2"), ..before.clone() };
    database.done(move |tx| Box::pin(async move { tx.update_service_account(&before, &renamed).await })).await;
    let after = database.store.service_account(organization, id).await.unwrap().unwrap();
    assert_eq!((after.name.as_str(), after.allowed_scopes.unwrap().is_empty()), ("fleet 2", true));
    assert_eq!(named(database).await, [("service_account_scopes", id.to_string(), vec!["scope"])]);
}

async fn a_member_that_cant_be_read_is_left_out_and_named(database: &Database) {
    let (organization, user) = (database.organization().await, database.user("ada@example.com").await);
    let member = make::membership(organization, user, Role::Admin);
    database.done(move |tx| Box::pin(async move { tx.insert_membership(&member).await })).await;
    database.execute("UPDATE memberships SET role = 'owner' WHERE user_id = $1", &[user.uuid()]).await;
    assert_eq!(database.store.members(organization).await.unwrap(), []);
    assert_eq!(database.store.membership(organization, user).await.unwrap(), None);
    assert_eq!(named(database).await, [("memberships", user.to_string(), vec!["role"])]);
}

async fn a_secret_that_cant_be_read_leaves_its_number_taken(database: &Database) {
    let token = made(database).await;
    let (organization, id) = (token.organization_id, token.id);
    database.execute("UPDATE token_secrets SET hash = SUBSTR(hash, 1, 4) WHERE token_id = $1", &[id.uuid()]).await;
    assert_eq!(database.store.token_secrets(organization, id).await.unwrap(), []);
    let newest = database.done(move |tx| Box::pin(async move { tx.newest_secret(organization, id).await })).await;
    assert_eq!(newest, 1);
    assert_eq!(named(database).await, [("token_secrets", "1".to_owned(), vec!["hash"])]);
}

async fn a_person_with_an_unreadable_membership_has_no_complete_list(database: &Database) {
    let (one, two) = (database.organization().await, database.organization().await);
    let user = database.user("ada@example.com").await;
    for organization in [one, two] {
        let member = make::membership(organization, user, Role::Admin);
        database.done(move |tx| Box::pin(async move { tx.insert_membership(&member).await })).await;
    }
    database.execute("UPDATE memberships SET role = 'owner' WHERE organization_id = $1", &[two.uuid()]).await;
    assert_eq!(database.store.memberships_of(user).await.unwrap().len(), 1);
    let all = write!(database.store, |tx| tx.memberships_of(user).await);
    assert!(matches!(all, Err(StoreError::Corrupt("role"))), "{all:?}");
}

async fn an_answer_that_cant_be_read_fails_its_own_request_only(database: &Database) {
    let organization = database.organization().await;
    let record = IdempotencyRecord {
        organization_id: organization,
        principal: make::id(),
        route: "tokens.create".to_owned(),
        key_hash: [1; 32],
        body_hash: [2; 32],
        response: "{}".to_owned(),
        created_at: NOW,
        expires_at: at(make::DAY),
    };
    let kept = record.clone();
    database.done(move |tx| Box::pin(async move { tx.insert_idempotency(&kept).await })).await;
    database
        .execute(
            "UPDATE idempotency_keys SET body_hash = SUBSTR(body_hash, 1, 4) WHERE organization_id = $1",
            &[organization.uuid()],
        )
        .await;
    let again = write!(database.store, |tx| tx.insert_idempotency(&record).await);
    assert!(matches!(again, Err(StoreError::Corrupt("body_hash"))), "{again:?}");
}

async fn a_page_of_damaged_rows_leads_on(database: &Database) {
    let organization = database.organization().await;
    let accounts = ["a", "b", "c"].map(|name| ServiceAccount { name: make::label(name), ..account(organization) });
    for account in accounts.clone() {
        database.done(move |tx| Box::pin(async move { tx.insert_service_account(&account).await })).await;
    }
    database.execute("UPDATE service_accounts SET role = 'owner' WHERE id = $1", &[accounts[0].id.uuid()]).await;
    let part = ServiceAccountPage::Offset { skip: 0, limit: 1 };
    let filter = ServiceAccountFilter::default();
    let (shown, last) = database.store.service_accounts(organization, &filter, &part).await.unwrap();
    assert_eq!((shown.len(), last), (0, Some(accounts[0].id)));
}
