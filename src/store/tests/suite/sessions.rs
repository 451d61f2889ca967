//! Sessions of the console.

use std::collections::HashMap;

use mintkey_domain::{SessionId, Timestamp, UserId};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use tower_sessions_core::{
    SessionStore as _,
    session::{Id, Record},
};

use super::{harness::Database, make};

on_both_engines! {
    a_session_comes_back_by_its_id_and_its_cookie
    saving_does_not_resurrect_a_session
    an_expired_session_is_not_loaded
    thirty_days_are_the_end_however_busy
    a_taken_id_is_never_shared
    people_see_and_end_their_own_sessions
    the_id_of_the_cookie_is_not_in_the_database
}

/// The session store has a clock of its own.
fn now() -> Timestamp {
    Timestamp::from_millis(i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap())
}

fn record(data: &Value) -> Record {
    let data: HashMap<String, Value> = serde_json::from_value(data.clone()).unwrap();
    Record { id: Id::default(), data, expiry_date: OffsetDateTime::now_utc() + Duration::hours(12) }
}

fn signed_in(user: UserId, list_id: SessionId) -> Value {
    json!({
        "user_id": user.to_string(),
        "organization_id": make::id().to_string(),
        "ip": "192.0.2.1",
        "user_agent": "Firefox",
        "created_at": now().millis().to_string(),
        "list_id": list_id.to_string(),
        "more": {"deep": [1, 2]},
    })
}

async fn a_session_comes_back_by_its_id_and_its_cookie(database: &Database) {
    let sessions = database.store.session_store();
    let mut session = record(&json!({"a": 1, "b": "text"}));
    sessions.create(&mut session).await.unwrap();
    let loaded = sessions.load(&session.id).await.unwrap().unwrap();
    assert_eq!(loaded.data, session.data);
    assert!((loaded.expiry_date - session.expiry_date).abs() < Duration::milliseconds(2));
    assert_eq!(sessions.by_cookie(&session.id.to_string()).await.unwrap(), Some(session.data.clone()));
    assert_eq!(sessions.by_cookie(&Id::default().to_string()).await.unwrap(), None);
    assert_eq!(sessions.by_cookie("no cookie").await.unwrap(), None);
    session.data.insert("a".to_owned(), json!(2));
    sessions.save(&session).await.unwrap();
    assert_eq!(sessions.load(&session.id).await.unwrap().unwrap().data["a"], 2);
    sessions.delete(&session.id).await.unwrap();
    assert_eq!(sessions.load(&session.id).await.unwrap(), None);
}

async fn saving_does_not_resurrect_a_session(database: &Database) {
    let sessions = database.store.session_store();
    let mut session = record(&json!({"a": 1}));
    sessions.create(&mut session).await.unwrap();
    sessions.delete(&session.id).await.unwrap();
    sessions.save(&session).await.unwrap();
    assert_eq!(sessions.load(&session.id).await.unwrap(), None);
}

async fn an_expired_session_is_not_loaded(database: &Database) {
    let sessions = database.store.session_store();
    let mut session = record(&json!({}));
    session.expiry_date = OffsetDateTime::now_utc() - Duration::seconds(1);
    sessions.create(&mut session).await.unwrap();
    assert_eq!(sessions.load(&session.id).await.unwrap(), None);
    assert_eq!(database.store.delete_expired_sessions(now()).await.unwrap(), 1);
}

async fn thirty_days_are_the_end_however_busy(database: &Database) {
    let sessions = database.store.session_store();
    let day = 86_400_000;
    for (age, alive) in [(29 * day, true), (30 * day + 1, false)] {
        let mut session = record(&json!({"created_at": (now().millis() - age).to_string()}));
        sessions.create(&mut session).await.unwrap();
        sessions.save(&session).await.unwrap();
        assert_eq!(sessions.load(&session.id).await.unwrap().is_some(), alive);
    }
    assert_eq!(database.store.delete_expired_sessions(now()).await.unwrap(), 1);
}

async fn a_taken_id_is_never_shared(database: &Database) {
    let sessions = database.store.session_store();
    let mut first = record(&json!({"whose": "first"}));
    sessions.create(&mut first).await.unwrap();
    let mut second = record(&json!({"whose": "second"}));
    second.id = first.id;
    sessions.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(sessions.load(&first.id).await.unwrap().unwrap().data["whose"], "first");
    assert_eq!(sessions.load(&second.id).await.unwrap().unwrap().data["whose"], "second");
}

async fn people_see_and_end_their_own_sessions(database: &Database) {
    let sessions = database.store.session_store();
    let (ada, bob) = (UserId::from_uuid(make::id()), UserId::from_uuid(make::id()));
    let ids: Vec<_> = (0..4).map(|_| SessionId::from_uuid(make::id())).collect();
    for (user, id) in [(ada, ids[0]), (ada, ids[1]), (ada, ids[2]), (bob, ids[3])] {
        sessions.create(&mut record(&signed_in(user, id))).await.unwrap();
    }
    let listed = async |user| {
        let rows = database.store.sessions_of(user, now()).await.unwrap();
        let mut listed: Vec<_> = rows.iter().map(|row| row.id).collect();
        listed.sort();
        listed
    };
    let row = database.store.sessions_of(bob, now()).await.unwrap().remove(0);
    assert_eq!((row.ip.as_deref(), row.user_agent.as_deref()), (Some("192.0.2.1"), Some("Firefox")));
    assert!(row.organization_id.is_some() && row.expires_at > row.last_seen_at && row.created_at <= row.last_seen_at);
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

async fn the_id_of_the_cookie_is_not_in_the_database(database: &Database) {
    let sessions = database.store.session_store();
    let mut session = record(&json!({"a": 1}));
    sessions.create(&mut session).await.unwrap();
    if let Some(path) = database.url.strip_prefix("sqlite:") {
        for file in [path.to_owned(), format!("{path}-wal")] {
            let bytes = std::fs::read(file).unwrap();
            for needle in [session.id.0.to_be_bytes(), session.id.0.to_le_bytes()] {
                assert!(!bytes.windows(16).any(|window| window == needle));
            }
            let text = session.id.to_string();
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()));
        }
    }
}
