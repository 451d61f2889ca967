//! What only a file of `SQLite` has: modes, locks, other processes, copies.

use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};

use mintkey_store::{Store, StoreError};
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

use super::make;

async fn open(folder: &Path) -> Store {
    Store::open(&format!("sqlite:{}/new/mintkey.sqlite", folder.display())).await.unwrap()
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

async fn add(store: &Store, organization: mintkey_domain::OrganizationId) -> Result<(), StoreError> {
    write!(store, |tx| {
        tx.audit(make::event(organization, "test"));
        Ok(())
    })
}

async fn add_organization(store: &Store) -> mintkey_domain::OrganizationId {
    let organization = make::organization();
    let id = organization.id;
    write!(store, |tx| tx.insert_organization(&organization).await).unwrap();
    id
}

#[tokio::test]
async fn nobody_else_may_read_the_file_or_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    add_organization(&store).await;
    assert_eq!(mode(&folder.path().join("new")), 0o700);
    for name in ["mintkey.sqlite", "mintkey.sqlite-wal", "mintkey.sqlite-shm"] {
        assert_eq!(mode(&folder.path().join("new").join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn closing_leaves_one_file_and_refuses_later_writes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let organization = add_organization(&store).await;
    let last = tokio::spawn({
        let store = store.clone();
        async move { add(&store, organization).await }
    });
    tokio::task::yield_now().await;
    store.close().await;
    last.await.unwrap().unwrap();
    assert!(matches!(add(&store, organization).await, Err(StoreError::Unavailable(_))));
    let names: Vec<_> = std::fs::read_dir(folder.path().join("new")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["mintkey.sqlite"]);
    let again = open(folder.path()).await;
    assert_eq!(again.audit_events(organization, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_processes_extend_the_same_chain() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (open(folder.path()).await, open(folder.path()).await);
    let organization = add_organization(&one).await;
    for store in [&one, &two, &one, &one, &two] {
        add(store, organization).await.unwrap();
    }
    let events = one.audit_events(organization, 9).await.unwrap();
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    assert!(events.windows(2).all(|pair| pair[0].previous_hash == pair[1].hash));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_held_for_five_seconds_is_called_busy_and_then_all_is_well_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let organization = add_organization(&store).await;
    let options = SqliteConnectOptions::new().filename(folder.path().join("new/mintkey.sqlite"));
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let begun = Instant::now();
    let late = tokio::spawn({
        let store = store.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            add(&store, organization).await
        }
    });
    assert!(matches!(add(&store, organization).await, Err(StoreError::Busy)));
    assert!((4_900..6_500).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert!(store.audit_events(organization, 9).await.unwrap().is_empty(), "reading goes on");
    other.execute("COMMIT").await.unwrap();
    late.await.unwrap().expect("it hasn't waited for five seconds yet");
    add(&store, organization).await.unwrap();
    assert_eq!(store.audit_events(organization, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_backup_is_whole_private_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let organization = add_organization(&store).await;
    add(&store, organization).await.unwrap();
    let copy = folder.path().join("copy.sqlite");
    store.backup(&copy).await.unwrap();
    assert_eq!(mode(&copy), 0o600);
    let before = std::fs::read(&copy).unwrap();
    assert!(matches!(store.backup(&copy).await, Err(StoreError::Unavailable(_))));
    let nowhere = copy.with_file_name("not-mounted");
    assert!(store.backup(&nowhere.join("copy.db")).await.is_err() && !nowhere.exists());
    assert_eq!(std::fs::read(&copy).unwrap(), before);
    let copied = Store::open(&format!("sqlite:{}", copy.display())).await.unwrap();
    assert_eq!(copied.audit_events(organization, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_kind_of_url_is_refused_without_repeating_it() {
    for url in ["mysql://user:hunter2@host/db", "postgres://user:hunter2@host:port/db"] {
        let error = Store::open(url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
