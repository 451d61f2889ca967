//! `SQLite` only: file modes, locks, other processes, backups.

use std::{
    fs::File,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    time::{Duration, Instant},
};

use mintkey_store::{Access, StoreError, Writer};
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

use super::make;

async fn open(folder: &Path) -> Writer {
    open_as(Access::Server, &folder.join("new/mintkey.sqlite")).await.unwrap()
}

async fn open_as(access: Access, file: &Path) -> Result<Writer, StoreError> {
    Writer::open(&format!("sqlite:{}", file.display()), access).await
}

/// A connection outside any store.
async fn connect(file: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.unwrap()
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

async fn add(store: &Writer, organization: mintkey_domain::OrganizationId) -> Result<(), StoreError> {
    write!(store, |tx| {
        tx.audit(make::event(organization, "test"));
        Ok(())
    })
}

async fn add_organization(store: &Writer) -> mintkey_domain::OrganizationId {
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
    for name in ["mintkey.sqlite", "mintkey.sqlite-wal", "mintkey.sqlite-shm", "mintkey.sqlite.lock"] {
        assert_eq!(mode(&folder.path().join("new").join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn closing_leaves_the_file_and_its_empty_lock_and_refuses_later_writes() {
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
    let entries = std::fs::read_dir(folder.path().join("new")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["mintkey.sqlite", "mintkey.sqlite.lock"]);
    assert_eq!(folder.path().join("new/mintkey.sqlite.lock").metadata().unwrap().len(), 0);
    let again = open(folder.path()).await;
    assert_eq!(again.audit_events(organization, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_processes_extend_the_same_chain() {
    let folder = tempfile::tempdir().unwrap();
    let one = open(folder.path()).await;
    let two = open_as(Access::Tool, &folder.path().join("new/mintkey.sqlite")).await.unwrap();
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
    let mut other = connect(&folder.path().join("new/mintkey.sqlite")).await;
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
    let copied = open_as(Access::Tool, &copy).await.unwrap();
    assert_eq!(copied.audit_events(organization, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn copies_are_kept_in_a_private_folder_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    assert_eq!(store.backups().unwrap(), []);
    let path = store.backup_beside("copy.db").await.unwrap().unwrap();
    assert_eq!(path.parent().unwrap().extension().unwrap(), "sqlite-backups");
    assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
    std::fs::write(path.with_file_name("note.txt"), "not a copy").unwrap();
    let backups = store.backups().unwrap();
    assert_eq!(backups.len(), 1);
    assert!(backups[0].name == "copy.db" && backups[0].bytes > 0);
    assert!(store.backup_beside("copy.db").await.is_err(), "never overwritten");
    // A server that is killed during a backup leaves this.
    let unfinished = path.with_file_name("killed.part");
    std::fs::write(&unfinished, "half").unwrap();
    store.backup_beside("other.db").await.unwrap();
    assert!(!unfinished.exists());
    assert_eq!(store.backups().unwrap().len(), 2);
}

#[tokio::test]
async fn another_kind_of_url_is_refused_without_repeating_it() {
    for url in ["mysql://user:hunter2@host/db", "postgres://user:hunter2@host:port/db"] {
        let error = Writer::open(url, Access::Tool).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn a_second_server_is_refused_until_the_first_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("mintkey.db"), folder.path().join("link.db"));
    let first = open_as(Access::Server, &file).await.unwrap();
    symlink(&file, &link).unwrap();
    for path in [&file, &link] {
        let error = open_as(Access::Server, path).await.unwrap_err();
        assert!(matches!(&error, StoreError::InUse(named) if named == path), "{error}");
        let message = error.to_string();
        assert!(message.contains(path.to_str().unwrap()) && message.contains("PostgreSQL"), "{message}");
        open_as(Access::Tool, path).await.unwrap().close().await;
    }
    add_organization(&first).await;
    first.close().await;
    open_as(Access::Server, &link).await.unwrap();
}

#[tokio::test]
async fn a_file_with_two_names_is_served_by_neither() {
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("mintkey.db"), folder.path().join("other.db"));
    open_as(Access::Server, &file).await.unwrap().close().await;
    std::fs::hard_link(&file, &other).unwrap();
    for path in [&file, &other] {
        assert!(open_as(Access::Server, path).await.unwrap_err().to_string().contains("hard links"));
    }
}

#[tokio::test]
async fn a_tool_migrates_only_while_no_server_has_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mintkey.db");
    let lock = File::create(folder.path().join("mintkey.db.lock")).unwrap();
    lock.lock().unwrap();
    let error = open_as(Access::Tool, &file).await.unwrap_err();
    assert!(matches!(&error, StoreError::MigrationBlocked(named) if *named == file), "{error}");
    let tables = sqlx::query("SELECT name FROM sqlite_schema").fetch_all(&mut connect(&file).await).await.unwrap();
    assert!(tables.is_empty(), "nothing was migrated");
    lock.unlock().unwrap();
    let tool = open_as(Access::Tool, &file).await.unwrap();
    lock.try_lock().expect("the lock is released after the migration");
    add_organization(&tool).await;
    open_as(Access::Tool, &file).await.expect("with nothing pending the lock isn't needed");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mintkey.db");
    open_as(Access::Server, &file).await.unwrap().close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
        VALUES (9999, 'later', TRUE, x'', 0)";
    connect(&file).await.execute(newer).await.unwrap();
    for access in [Access::Server, Access::Tool] {
        let error = open_as(access, &file).await.unwrap_err().to_string();
        assert!(error.contains("newer version") && error.contains("9999"), "{error}");
    }
}

#[tokio::test]
async fn only_what_others_wrote_counts_as_changed_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mintkey.db");
    let store = open_as(Access::Server, &file).await.unwrap();
    let changed = async || store.changed_by_others().await.unwrap();
    assert!(!changed().await, "nobody wrote");
    let organization = add_organization(&store).await;
    add(&store, organization).await.unwrap();
    store.backup(&folder.path().join("copy.db")).await.unwrap();
    store.bookkeeping().delete_expired_sessions(mintkey_domain::Timestamp::EPOCH).await.unwrap();
    assert!(!changed().await, "the store itself wrote");
    let tool = open_as(Access::Tool, &file).await.unwrap();
    assert!(!changed().await, "opening writes nothing");
    add(&tool, organization).await.unwrap();
    // A write of the store in between doesn't hide it.
    add(&store, organization).await.unwrap();
    assert!(changed().await && !changed().await, "told once");
    tool.close().await;
    connect(&file).await.execute("UPDATE organizations SET name = 'Other'").await.unwrap();
    assert!(changed().await && !changed().await);
}

#[tokio::test]
async fn a_backup_beside_the_log_of_another_file_is_refused_by_the_logs_name() {
    let folder = tempfile::tempdir().unwrap();
    let (file, backup, kept) = (folder.path().join("a.db"), folder.path().join("b.db"), folder.path().join("kept"));
    let log = folder.path().join("a.db-wal");
    let store = open_as(Access::Server, &file).await.unwrap();
    let organization = add_organization(&store).await;
    store.backup(&backup).await.unwrap();
    add(&store, organization).await.unwrap();
    std::fs::copy(&log, &kept).unwrap();
    store.close().await;
    drop(store);

    std::fs::copy(&backup, &file).unwrap();
    std::fs::copy(&kept, &log).unwrap();
    for access in [Access::Server, Access::Tool] {
        let error = open_as(access, &file).await.unwrap_err();
        let told = error.to_string();
        assert!(told.contains(&log.display().to_string()) && told.contains("doesn't belong"), "{told}");
    }
    // Nothing was modified: without the log the backup opens.
    assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(&backup).unwrap());
    std::fs::remove_file(&log).unwrap();
    let store = open_as(Access::Server, &file).await.unwrap();
    assert_eq!(store.audit_events(organization, 10).await.unwrap().len(), 0);
    store.close().await;
}

#[tokio::test]
async fn a_log_that_a_killed_server_left_is_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("a.db"), folder.path().join("copy/a.db"));
    let store = open_as(Access::Server, &file).await.unwrap();
    let organization = add_organization(&store).await;
    add(&store, organization).await.unwrap();
    // A crash would leave these files.
    std::fs::create_dir(folder.path().join("copy")).unwrap();
    std::fs::copy(&file, &copy).unwrap();
    std::fs::copy(folder.path().join("a.db-wal"), folder.path().join("copy/a.db-wal")).unwrap();
    let store = open_as(Access::Tool, &copy).await.unwrap();
    assert_eq!(store.audit_events(organization, 10).await.unwrap().len(), 1);
}
