//! Texts stored before their forms were unified.

use mintkey_domain::{Email, EmailLookup, SearchText, UserId};
use mintkey_store::{
    Access, AuditFilter, Constraint, OlderAddress, PageRequest, ServiceAccountFilter, StoreError, TokenFilter, Writer,
};

use super::{
    harness::Database,
    make::{self, NOW},
};

on_both_engines! {
    texts_from_before_are_found_once_the_database_was_opened
    addresses_are_normalized_where_that_makes_nobody_somebody_else
    an_address_is_refused_that_somebody_has_in_an_older_form
}

/// Reverts an address to the older form.
macro_rules! older {
    ($email:literal, $normalized:literal) => {
        concat!(
            "UPDATE users SET email = '",
            $email,
            "', email_normalized = '",
            $normalized,
            "', email_is_normalized = FALSE WHERE id = $1"
        )
    };
}

/// Reopens the database, which upgrades its texts again.
async fn open_again(database: &Database) {
    database.execute("DELETE FROM settings WHERE name = 'text_forms'", &[]).await;
    Writer::open(&database.url, Access::Tool).await.unwrap().close().await;
}

async fn found(database: &Database, text: &str) -> Option<UserId> {
    database.store.user_by_email(&EmailLookup::new(text)).await.unwrap().map(|user| user.id)
}

async fn texts_from_before_are_found_once_the_database_was_opened(database: &Database) {
    let organization = database.organization().await;
    let account = make::service_account(organization, "Müller");
    let (mut described, plain) = (make::token(organization, make::person(), "Straße"), make::person());
    described.description = Some("Halle 7".to_owned());
    let plain = make::token(organization, plain, "plain");
    let id = account.id;
    let mut event = make::event(organization, "token.create");
    event.target_name = "Ärger".into();
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_service_account(&account).await?;
                tx.audit(event);
                Ok(())
            })
        })
        .await;
    database.insert(&[described.clone(), plain.clone()]).await;
    for statement in [
        "UPDATE service_accounts SET name_folded = ''",
        "UPDATE audit_events SET names_folded = ''",
        "DELETE FROM token_words WHERE token_id <> $1",
        "UPDATE token_words SET word = 'old' WHERE token_id = $1",
    ] {
        let ids = [plain.id.uuid()];
        database.execute(statement, if statement.contains("$1") { &ids } else { &[] }).await;
    }
    open_again(database).await;
    for (q, id) in
        [("strasse", Some(described.id)), ("halle", Some(described.id)), ("plain", Some(plain.id)), ("old", None)]
    {
        let filter = TokenFilter { q: SearchText::parse(q), ..TokenFilter::all(NOW) };
        let page = PageRequest::Number { page: 1, limit: 10 };
        let page = database.store.tokens(organization, &filter, "label".parse().unwrap(), page).await.unwrap();
        assert_eq!(page.tokens.first().map(|token| token.id), id, "{q}");
    }
    let filter = ServiceAccountFilter { q: SearchText::parse("MÜLLER"), ..ServiceAccountFilter::default() };
    let part = mintkey_store::ServiceAccountPage::Offset { skip: 0, limit: 10 };
    assert_eq!(database.store.service_accounts(organization, &filter, &part).await.unwrap().0[0].id, id);
    let filter = AuditFilter { q: SearchText::parse("a\u{308}rger"), ..AuditFilter::default() };
    let page = PageRequest::Number { page: 1, limit: 10 };
    assert_eq!(database.store.audit_page(organization, &filter, page).await.unwrap().total, 1);
}

async fn addresses_are_normalized_where_that_makes_nobody_somebody_else(database: &Database) {
    let alone = database.user("alone@example.com").await;
    let [composed, decomposed, hidden] =
        [database.user("b1@x.example").await, database.user("b2@x.example").await, database.user("h@x.example").await];
    for (user, statement) in [
        (alone, older!("Alone@Bücher.example", "alone@bücher.example")),
        (composed, older!("z\u{f6}@x.example", "z\u{f6}@x.example")),
        (decomposed, older!("zo\u{308}@x.example", "zo\u{308}@x.example")),
        (hidden, older!("h\u{200b}@x.example", "h\u{200b}@x.example")),
    ] {
        database.execute(statement, &[user.uuid()]).await;
    }
    open_again(database).await;
    for text in ["alone@bücher.example", "ALONE@xn--bcher-kva.example.", "alone@bu\u{308}cher.example"] {
        assert_eq!(found(database, text).await, Some(alone), "{text}");
    }
    for (text, user) in
        [("z\u{f6}@x.example", composed), ("zo\u{308}@x.example", decomposed), ("h\u{200b}@x.example", hidden)]
    {
        assert_eq!(found(database, text).await, Some(user), "{text}");
    }
    assert_eq!(found(database, "z\u{f6}@x.example.").await, None, "it is found by just its own text");
    let named = |user: UserId, email: &str| OlderAddress { id: user, email: email.to_owned() };
    let older = [
        named(composed, "z\u{f6}@x.example"),
        named(decomposed, "zo\u{308}@x.example"),
        named(hidden, "h\u{200b}@x.example"),
    ];
    assert_eq!(database.store.check().await.unwrap().older_addresses, older);
    // Changing one of the two addresses normalizes the other.
    let other = Email::parse("other@x.example").unwrap();
    database.done(move |tx| Box::pin(async move { tx.set_email(decomposed, &other, NOW).await })).await;
    assert_eq!(database.store.check().await.unwrap().older_addresses, [named(hidden, "h\u{200b}@x.example")]);
    assert_eq!(found(database, "ZO\u{308}@x.example").await, Some(composed));
}

async fn an_address_is_refused_that_somebody_has_in_an_older_form(database: &Database) {
    let [one, two] = [database.user("one@x.example").await, database.user("two@x.example").await];
    for (user, statement) in [
        (one, older!("ops@bücher.example", "ops@bücher.example")),
        (two, older!("ops@bücher.example.", "ops@bücher.example.")),
    ] {
        database.execute(statement, &[user.uuid()]).await;
    }
    open_again(database).await;
    let taken = |result: Result<(), StoreError>| matches!(result, Err(StoreError::Unique(Constraint::UserEmail)));
    let third = make::user("ops@xn--bcher-kva.example");
    assert!(taken(write!(database.store, |tx| tx.insert_user(&third).await)));
    let address = Email::parse("OPS@bücher.example").unwrap();
    assert!(taken(write!(database.store, |tx| tx.set_email(one, &address, NOW).await)));
}
