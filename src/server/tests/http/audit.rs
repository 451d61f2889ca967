//! The audit log over HTTP, and its verification on the command line.

use reqwest::header;
use serde_json::{Value, json};
use sqlx::Executor;

use super::server::{EMAIL, PASSWORD, Server, send};

async fn log(server: &Server, credential: &str, query: &str) -> Value {
    send(server.get(&format!("/api/v1/audit?{query}")).bearer_auth(credential)).await.expect(200)
}

#[tokio::test]
async fn every_filter_narrows_the_log() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token =
        server.create_token(&admin.key, json!({"label": "Plant 3 gateway", "scopes": ["mintkey:tokens.read"]})).await;
    send(server.patch(&token.path()).bearer_auth(&admin.key).json(&json!({"label": "Pump"}))).await.expect(200);
    let all = log(&server, &admin.key, "").await;
    let newest = &all["data"][0];
    assert_eq!(
        (&newest["action"], &newest["outcome"], &newest["count"]),
        (&json!("token.edit"), &json!("done"), &json!(1))
    );
    assert_eq!(newest["details"]["before"], json!({"label": "Plant 3 gateway"}));
    assert_eq!(newest["details"]["after"], json!({"label": "Pump"}));
    assert_eq!(newest["previous_hash"], all["data"][1]["hash"]);
    let (actor, at) = (newest["actor"]["id"].as_str().unwrap(), newest["occurred_at"].as_str().unwrap());
    for (query, expected) in [
        (format!("target={}", token.id), 2),
        (format!("credential={}", admin.id), 2),
        (format!("actor={actor}&action=token.edit"), 1),
        (format!("target_type=token&since={at}"), 1),
        (format!("target_type=token&until={at}"), 2),
        ("q=PLANT".to_owned(), 1),
        (format!("q={}&target_type=token", &EMAIL[..3]), 3),
        ("q=gateway".to_owned(), 1),
        ("outcome=refused".to_owned(), 0),
        ("q=%25".to_owned(), 0),
    ] {
        let page = log(&server, &admin.key, &query).await;
        assert_eq!(
            (page["total"].as_i64(), page["data"].as_array().map(Vec::len)),
            (Some(expected), usize::try_from(expected).ok()),
            "{query}: {page}"
        );
    }
    let one =
        send(server.get(&format!("/api/v1/audit/{}", newest["id"].as_str().unwrap())).bearer_auth(&admin.key)).await;
    assert_eq!(one.expect(200), *newest);
    send(server.get(&format!("/api/v1/audit/{}", token.id)).bearer_auth(&admin.key)).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_log_is_for_those_who_hold_its_scope_and_takes_nothing_else_in_its_query() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("mia@example.com", "member").await;
    server.add_person("una@example.com", "auditor").await;
    let mia = server.access_token("mia@example.com", PASSWORD).await;
    let una = server.access_token("una@example.com", PASSWORD).await;
    send(server.get("/api/v1/audit").bearer_auth(&mia)).await.refused(403, "insufficient_scope");
    log(&server, &una, "").await;
    for (query, field) in [
        ("colour=red", "colour"),
        ("sort=created_at", "sort"),
        ("actor=x", "actor"),
        ("since=yesterday", "since"),
        ("outcome=maybe", "outcome"),
        ("cursor=61", "cursor"),
        ("cursor=61000000000000000G", "cursor"),
        ("q=%00", "q"),
        ("limit=101", "limit"),
    ] {
        let reply = send(server.get(&format!("/api/v1/audit?{query}")).bearer_auth(&admin.key)).await;
        assert!(reply.refused(400, "validation_failed").field(field).is_some(), "{query}: {}", reply.text);
    }
}

#[tokio::test]
async fn a_log_that_was_tampered_with_is_found_out_and_the_place_is_named() {
    for (statements, expected) in [
        (&["UPDATE audit_events SET actor_name = 'nobody' WHERE sequence = 2"][..], "event 2 was changed"),
        (&["UPDATE audit_events SET count = 7 WHERE sequence = 2"], "event 2 was changed"),
        (&["UPDATE audit_events SET actor_type = 'ghost' WHERE sequence = 2"], "event 2 holds what"),
        (&["DELETE FROM audit_events WHERE sequence = 2"], "event 2 is missing"),
        (&["DELETE FROM audit_events WHERE sequence = 1"], "event 1 is missing"),
        (
            &[
                "UPDATE audit_events SET sequence = 99 WHERE sequence = 2",
                "UPDATE audit_events SET sequence = 2 WHERE sequence = 3",
                "UPDATE audit_events SET sequence = 3 WHERE sequence = 99",
            ],
            "event 2 was changed",
        ),
    ] {
        let server = Server::start().await;
        server.admin().await;
        let (code, head, _) = server.admin_command(&["audit", "verify"]).await;
        let head = head.trim().rsplit(' ').next().unwrap().to_owned();
        assert_eq!((code, head.split_once(':').map(|(_, hash)| hash.len())), (0, Some(64)));
        assert_eq!(server.admin_command(&["audit", "verify", "--expect", &head]).await.0, 0);
        let mut database = server.database().await;
        for statement in statements {
            sqlx::query(*statement).execute(&mut database).await.unwrap();
        }
        let (code, _, complaint) = server.admin_command(&["audit", "verify"]).await;
        assert_eq!(code, 1, "{complaint}");
        assert!(complaint.contains(expected), "{complaint}");
    }
}

#[tokio::test]
async fn a_log_that_lost_its_end_is_found_out_by_a_head_that_was_noted() {
    let server = Server::start().await;
    server.admin().await;
    let (_, head, _) = server.admin_command(&["audit", "verify"]).await;
    let head = head.trim().rsplit(' ').next().unwrap().to_owned();
    let mut database = server.database().await;
    let last = "DELETE FROM audit_events WHERE sequence = (SELECT MAX(sequence) FROM audit_events)";
    sqlx::query(last).execute(&mut database).await.unwrap();
    assert_eq!(server.admin_command(&["audit", "verify"]).await.0, 0);
    let (code, _, complaint) = server.admin_command(&["audit", "verify", "--expect", &head]).await;
    assert_eq!(code, 1);
    assert!(complaint.contains("the log ends before"), "{complaint}");
    assert_eq!(server.admin_command(&["audit", "verify", "--expect", "7"]).await.0, 2);
}

#[tokio::test]
async fn like_refusals_are_counted_into_one_event_and_told_after_a_restart() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let weak = server.create_token(&admin.key, json!({"label": "weak", "scopes": ["mintkey:tokens.read"]})).await;
    for _ in 0..500 {
        let request = server.post("/api/v1/scopes").json(&json!({"name": "x"}));
        send(request.bearer_auth(&weak.key)).await.refused(403, "insufficient_scope");
        send(server.delete(&admin.path()).bearer_auth(&weak.key)).await.refused(403, "insufficient_scope");
    }
    // An unknown key leaves no event.
    send(server.get("/api/v1/audit").bearer_auth("mk_nonsense")).await.refused(401, "invalid_credential");
    let server = server.restart().await;
    let page = log(&server, &admin.key, "outcome=refused").await;
    let events = page["data"].as_array().unwrap();
    assert!((1..=6).contains(&events.len()), "{page}");
    let count = |action: &str| -> i64 {
        let like = events.iter().filter(|event| event["action"] == action);
        like.map(|event| event["count"].as_i64().unwrap()).sum()
    };
    assert_eq!((count("scope.create"), count("token.delete")), (500, 500));
    assert_eq!(events[0]["credential_id"], weak.id);
    assert_eq!(events[0]["details"]["notes"]["code"], "insufficient_scope");
    assert_eq!(server.admin_command(&["audit", "verify"]).await.0, 0);
}

#[tokio::test]
async fn an_action_has_one_name_whichever_door_it_comes_by() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_person("mia@example.com", "member").await;
    let account = server.post("/api/v1/service-accounts").json(&json!({"name": "press line 4"}));
    let id = send(account.bearer_auth(&admin.key)).await.expect(201)["id"].as_str().unwrap().to_owned();

    let mia = server.access_token("mia@example.com", PASSWORD).await;
    let suspend = server.post(&format!("/api/v1/service-accounts/{id}/suspend"));
    send(suspend.bearer_auth(&mia)).await.refused(403, "insufficient_scope");
    let form = |path: &str, fields: &[(&str, &str)]| server.post(path).header(header::ORIGIN, &server.url).form(fields);
    let signed_in = send(form("/login", &[("email", "mia@example.com"), ("password", PASSWORD)])).await;
    let cookies = signed_in.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookie = cookies.filter_map(|text| text.split(';').next()).collect::<Vec<_>>().join("; ");
    let dialog = form(&format!("/settings/service-accounts/{id}/suspend"), &[]).header(header::ACCEPT, "text/html");
    assert_eq!(send(dialog.header(header::COOKIE, &cookie)).await.status, 403);
    let function = form("/_fn/service-accounts/suspend", &[("id", &id)]).header(header::ACCEPT, "application/json");
    assert_eq!(send(function.header(header::COOKIE, &cookie)).await.status, 403);

    let server = server.restart().await;
    let page = log(&server, &admin.key, "outcome=refused").await;
    let mut count = 0;
    for event in page["data"].as_array().unwrap() {
        assert_eq!(event["action"], "service_account.suspend", "{page}");
        assert_eq!(event["target"]["type"], "service_account", "{page}");
        assert_eq!(event["target"]["id"], id, "{page}");
        count += event["count"].as_i64().unwrap();
    }
    assert_eq!(count, 3, "{page}");
}

#[tokio::test]
async fn a_log_that_was_emptied_is_found_out_even_once_it_is_written_to_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut database = server.database().await;
    database.execute("DELETE FROM audit_events").await.unwrap();
    let emptied = async |server: &Server| {
        let (code, out, err) = server.admin_command(&["audit", "verify"]).await;
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.contains("event 1 is missing: the log was emptied"), "{err}");
    };
    emptied(&server).await;
    // A new process has no memory of earlier sequence numbers.
    database.execute("UPDATE organizations SET created_at = created_at - 3600000").await.unwrap();
    drop(database);
    let server = server.restart().await;
    server.create_token(&admin.key, json!({"label": "later", "scopes": ["mintkey:tokens.read"]})).await;
    emptied(&server).await;
}

/// Runs the verification script from `docs/audit.md` on an export of the command line.
#[tokio::test]
async fn an_export_is_checked_by_the_script_of_the_documents() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.create_token(&admin.key, json!({"label": "Grüße 😀", "scopes": ["*"], "description": "two\nlines"})).await;
    let weak = server.create_token(&admin.key, json!({"label": "weak", "scopes": ["mintkey:tokens.read"]})).await;
    for _ in 0..3 {
        send(server.delete(&admin.path()).bearer_auth(&weak.key)).await.refused(403, "insufficient_scope");
    }
    let server = server.restart().await;
    let (code, export, _) = server.admin_command(&["audit", "export"]).await;
    assert_eq!(code, 0);
    assert!(export.contains(r#""count":3"#), "{export}");
    let (_, heads, _) = server.admin_command(&["audit", "verify"]).await;
    assert_eq!(checked(&export).await, Ok(heads));
    let changed = export.replacen("weak", "week", 1);
    assert!(checked(&changed).await.unwrap_err().contains("was changed"));
    let mut lines: Vec<_> = export.lines().collect();
    lines.remove(1);
    assert!(checked(&lines.join("\n")).await.unwrap_err().contains("event 3"));
    let (_, rest, _) = server.admin_command(&["audit", "export", "--after", "2"]).await;
    assert_eq!(rest.lines().count(), export.lines().count() - 2 + 1, "the export before is an event of its own");
    let last: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!((&last["action"], &last["outcome"]), (&json!("audit.export"), &json!("done")));
    assert!(last["details"].as_str().unwrap().contains(r#""after":2"#), "{last}");
}

async fn checked(export: &str) -> Result<String, String> {
    let document = include_str!("../../../../docs/audit.md");
    let script = document.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let mut python = tokio::process::Command::new("python3")
        .args(["-c", script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("python3 is needed for this test");
    tokio::io::AsyncWriteExt::write_all(&mut python.stdin.take().unwrap(), export.as_bytes()).await.unwrap();
    let done = python.wait_with_output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
}
