//! Settings > System: the administrators' view of the instance, and backups.

use serde_json::json;

use super::{
    reply::Reply,
    server::{EMAIL, PASSWORD, Server, send},
};

const PATH: &str = "/settings/system";

async fn get(server: &Server, cookie: &str) -> Reply {
    send(server.get(PATH).header("cookie", cookie)).await
}

async fn post(server: &Server, cookie: &str) -> Reply {
    let form: [(&str, &str); 0] = [];
    send(server.post(PATH).header("cookie", cookie).header("origin", &server.url).form(&form)).await
}

#[tokio::test]
async fn an_administrator_sees_the_system_and_makes_a_backup() {
    let server = Server::start().await;
    let (admin, cookie) = (server.admin().await, server.cookie().await);
    let reply = get(&server, &cookie).await;
    let version = env!("CARGO_PKG_VERSION");
    for words in ["SQLite", version, "The database was never backed up.", "ES256", "Active", "Create backup"] {
        assert!(reply.status == 200 && reply.text.contains(words), "{words}: {}", reply.text);
    }
    let keys = send(server.get("/.well-known/jwks.json")).await.expect(200);
    assert!(reply.text.contains(keys["keys"][0]["kid"].as_str().unwrap()));
    assert!(!reply.text.contains(server.folder.path().to_str().unwrap()), "no path of the server's");

    let made = post(&server, &cookie).await;
    assert_eq!((made.status, made.header("location")), (303, PATH), "{}", made.text);
    let copies: Vec<_> =
        std::fs::read_dir(server.folder.path().join("mintkey.db-backups")).unwrap().flatten().collect();
    let name = copies[0].file_name().into_string().unwrap();
    let reply = get(&server, &cookie).await;
    assert!(reply.text.contains(&name) && !reply.text.contains("never backed up"), "{}", reply.text);
    let checked = ["check", "--database-url", &format!("sqlite:{}", copies[0].path().display())];
    let (code, out, err) = server.admin_command(&checked).await;
    assert_eq!((code, out.as_str()), (0, "No problems found.\n"), "{err}");

    let events = send(server.get("/api/v1/audit?action=backup.create").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(events["data"][0]["target"], json!({"type": "backup", "id": null, "name": name}));
    assert_eq!((events["total"].as_i64(), events["data"][0]["actor"]["name"].as_str()), (Some(1), Some(EMAIL)));
}

#[tokio::test]
async fn the_command_lines_backup_is_shown_and_told() {
    let server = Server::start().await;
    let (admin, cookie) = (server.admin().await, server.cookie().await);
    let copy = server.folder.path().join("elsewhere.db");
    let (code, _, err) = server.admin_command(&["backup", copy.to_str().unwrap()]).await;
    assert_eq!(code, 0, "{err}");
    assert!(!get(&server, &cookie).await.text.contains("never backed up"));
    let events = send(server.get("/api/v1/audit?action=backup.create").bearer_auth(&admin.key)).await.expect(200);
    assert_eq!(events["data"][0]["target"]["name"], "elsewhere.db");
}

#[tokio::test]
async fn others_are_refused_in_words_and_offered_no_way_there() {
    let server = Server::start().await;
    for (email, role) in [("mia@example.com", "member"), ("una@example.com", "auditor")] {
        server.add_person(email, role).await;
        let cookie = server.cookie_of(email, PASSWORD).await;
        let reply = get(&server, &cookie).await;
        assert!(reply.status == 403 && reply.text.contains("Only administrators"), "{}", reply.text);
        assert!(!reply.text.contains(&format!("href=\"{PATH}\"")), "{role} is led there");
        assert_eq!(post(&server, &cookie).await.status, 403);
    }
    assert!(!server.folder.path().join("mintkey.db-backups").exists());
}

#[tokio::test]
async fn a_folder_that_is_full_takes_no_more() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let folder = server.folder.path().join("mintkey.db-backups");
    std::fs::create_dir(&folder).unwrap();
    for number in 1..=5 {
        std::fs::write(folder.join(format!("{number}.db")), "").unwrap();
    }
    let reply = get(&server, &cookie).await;
    assert!(reply.text.contains("The folder is full") && !reply.text.contains("Create backup"), "{}", reply.text);
    let refused = post(&server, &cookie).await;
    assert!(refused.status == 409 && refused.text.contains("The folder has 5 backups"), "{}", refused.text);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 5);
}
