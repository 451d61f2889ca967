//! Console sessions.

use mintkey_domain::{DAY, MINUTE, OrganizationId, Role, SessionId, Timestamp, UserId};
use mintkey_store::{SessionCookie, SessionRow};
use time::{Duration, OffsetDateTime};
use tower_sessions_core::{
    SessionStore as _,
    session::{Id, Record},
};

use super::{harness::Database, make};

on_both_engines! {
    a_session_is_found_by_its_cookie_and_renewed
    an_ended_session_is_not_renewed
    the_layer_begins_no_session_of_its_own
    thirty_days_are_the_end_however_busy
    people_see_and_end_their_own_sessions
    a_session_ends_with_its_membership
    a_session_goes_on_with_the_generations_of_now
    the_id_of_the_cookie_is_not_in_the_database
}

/// The session store uses its own clock.
fn now() -> Timestamp {
    Timestamp::from_millis(i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap())
}

async fn member(database: &Database, email: &str) -> (OrganizationId, UserId) {
    let (organization, user) = (database.organization().await, database.user(email).await);
    let membership = make::membership(organization, user, Role::Member);
    database.done(move |tx| Box::pin(async move { tx.insert_membership(&membership).await })).await;
    (organization, user)
}

fn session((organization_id, user_id): (OrganizationId, UserId)) -> (SessionCookie, SessionRow) {
    let cookie = SessionCookie::new(*make::id().as_bytes());
    let row = SessionRow {
        id: SessionId::from_uuid(make::id()),
        key_hash: cookie.hash(),
        user_id,
        organization_id,
        password_generation: 1,
        membership_generation: 1,
        ip: Some("192.0.2.1".to_owned()),
        user_agent: Some("Firefox".to_owned()),
        created_at: now(),
        last_seen_at: now(),
        expires_at: Timestamp::from_millis(now().millis() + MINUTE),
    };
    (cookie, row)
}

async fn begin(database: &Database, row: &SessionRow) {
    let row = row.clone();
    database.done(move |tx| Box::pin(async move { tx.insert_session(&row).await })).await;
}

fn record(cookie: &SessionCookie) -> Record {
    let id: Id = cookie.expose().parse().unwrap();
    Record { id, data: std::iter::empty().collect(), expiry_date: OffsetDateTime::now_utc() + Duration::hours(12) }
}

async fn a_session_is_found_by_its_cookie_and_renewed(database: &Database) {
    let (cookie, row) = session(member(database, "ada@example.com").await);
    begin(database, &row).await;
    assert_eq!(database.store.session(&cookie.hash(), now()).await.unwrap().as_ref(), Some(&row));
    assert_eq!(database.store.session_by_id(row.id, now()).await.unwrap(), Some(row.clone()));
    let other = SessionCookie::new([7; 16]);
    assert_eq!(database.store.session(&other.hash(), now()).await.unwrap(), None);
    assert!(SessionCookie::parse("no cookie").is_none());
    let sessions = database.store.session_store();
    let record = record(&cookie);
    sessions.save(&record).await.unwrap();
    let loaded = sessions.load(&record.id).await.unwrap().unwrap();
    assert!((loaded.expiry_date - record.expiry_date).abs() < Duration::milliseconds(2));
    let renewed = database.store.session_by_id(row.id, now()).await.unwrap().unwrap();
    assert!(renewed.expires_at > row.expires_at);
    assert_eq!((renewed.user_id, renewed.created_at), (row.user_id, row.created_at));
}

async fn an_ended_session_is_not_renewed(database: &Database) {
    let (cookie, mut row) = session(member(database, "ada@example.com").await);
    row.expires_at = Timestamp::from_millis(now().millis() - 1);
    begin(database, &row).await;
    let sessions = database.store.session_store();
    sessions.save(&record(&cookie)).await.unwrap();
    assert_eq!(sessions.load(&record(&cookie).id).await.unwrap(), None);
    assert_eq!(database.store.bookkeeping().delete_expired_sessions(now()).await.unwrap(), 1);
}

async fn the_layer_begins_no_session_of_its_own(database: &Database) {
    let (cookie, row) = session(member(database, "ada@example.com").await);
    let sessions = database.store.session_store();
    let mut unknown = record(&SessionCookie::new([9; 16]));
    assert!(sessions.create(&mut unknown).await.is_err());
    begin(database, &row).await;
    unknown.data.insert(SessionCookie::ENTRY.to_owned(), cookie.expose().into());
    sessions.create(&mut unknown).await.unwrap();
    assert_eq!(unknown.id.to_string(), cookie.expose());
    sessions.delete(&unknown.id).await.unwrap();
    assert!(sessions.load(&unknown.id).await.unwrap().is_some(), "only an act ends a session");
}

async fn thirty_days_are_the_end_however_busy(database: &Database) {
    let (day, whose) = (DAY, member(database, "ada@example.com").await);
    for (age, alive) in [(29 * day, true), (30 * day + 1, false)] {
        let (cookie, mut row) = session(whose);
        row.created_at = Timestamp::from_millis(now().millis() - age);
        begin(database, &row).await;
        let sessions = database.store.session_store();
        sessions.save(&record(&cookie)).await.unwrap();
        assert_eq!(sessions.load(&record(&cookie).id).await.unwrap().is_some(), alive);
    }
    assert_eq!(database.store.bookkeeping().delete_expired_sessions(now()).await.unwrap(), 1);
}

async fn people_see_and_end_their_own_sessions(database: &Database) {
    let (ada, bob) = (member(database, "ada@example.com").await, member(database, "bob@example.com").await);
    let mut ids = Vec::new();
    for whose in [ada, ada, ada, bob] {
        let (_, row) = session(whose);
        begin(database, &row).await;
        ids.push(row.id);
    }
    let (ada, bob) = (ada.1, bob.1);
    let listed = async |user| {
        let rows = database.store.sessions_of(user, now()).await.unwrap();
        let mut listed: Vec<_> = rows.iter().map(|row| row.id).collect();
        listed.sort();
        listed
    };
    ids[..3].sort();
    assert_eq!(listed(ada).await, ids[..3]);
    let (first, strange) = (ids[0], ids[3]);
    assert!(database.done(move |tx| Box::pin(async move { tx.delete_session(ada, first).await })).await);
    assert!(!database.done(move |tx| Box::pin(async move { tx.delete_session(ada, first).await })).await);
    assert!(!database.done(move |tx| Box::pin(async move { tx.delete_session(ada, strange).await })).await);
    let kept = ids[2];
    assert_eq!(database.done(move |tx| Box::pin(async move { tx.delete_sessions_of(ada, Some(kept)).await })).await, 1);
    assert_eq!(listed(ada).await, [kept]);
    assert_eq!(database.done(move |tx| Box::pin(async move { tx.delete_sessions_of(ada, None).await })).await, 1);
    assert_eq!(listed(bob).await, [ids[3]]);
}

async fn a_session_ends_with_its_membership(database: &Database) {
    let whose = member(database, "ada@example.com").await;
    let (cookie, row) = session(whose);
    begin(database, &row).await;
    database
        .execute(
            "DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2",
            &[whose.0.uuid(), whose.1.uuid()],
        )
        .await;
    assert_eq!(database.store.session(&cookie.hash(), now()).await.unwrap(), None);
}

async fn a_session_goes_on_with_the_generations_of_now(database: &Database) {
    let (_, row) = session(member(database, "ada@example.com").await);
    begin(database, &row).await;
    let (id, user) = (row.id, row.user_id);
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.set_password(user, "$new", now()).await?;
                tx.advance_session(id).await
            })
        })
        .await;
    let kept = database.store.session_by_id(id, now()).await.unwrap().unwrap();
    assert_eq!((kept.password_generation, kept.membership_generation), (2, 1));
}

async fn the_id_of_the_cookie_is_not_in_the_database(database: &Database) {
    let (cookie, row) = session(member(database, "ada@example.com").await);
    begin(database, &row).await;
    if let Some(path) = database.url.strip_prefix("sqlite:") {
        let id: Id = cookie.expose().parse().unwrap();
        for file in [path.to_owned(), format!("{path}-wal")] {
            let bytes = std::fs::read(file).unwrap();
            for needle in [id.0.to_be_bytes(), id.0.to_le_bytes()] {
                assert!(!bytes.windows(16).any(|window| window == needle));
            }
            let text = cookie.expose();
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()));
        }
    }
}
