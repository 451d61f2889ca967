//! Many tokens at once.

use std::fmt::Write as _;

use serde_json::json;

use super::{Cli, Server};

#[tokio::test]
async fn tokens_are_stopped_by_label_owner_and_expiry() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.run(&["service-account", "create", "gateway"]).await.done();
    for label in ["plant-3-north", "plant-3-south", "plant-4"] {
        cli.run(&["token", "create", "*", "--label", label, "--owner", "gateway"]).await.done();
    }
    let dry = cli.json(&["token", "invalidate", "--label", "plant-3-*", "--dry-run"]).await;
    assert_eq!(dry["total"], 2);
    cli.run(&["token", "invalidate", "--label", "plant-3-*"]).await.failed_at_the_end(2, "--yes");
    let done = cli.run(&["token", "invalidate", "--label", "plant-3-*", "--yes", "--reason", "closed"]).await.done();
    assert_eq!(done, "2 tokens were invalidated.\n");
    assert_eq!(cli.json(&["token", "list", "--status", "invalidated"]).await["total"], 2);
    let nothing = cli.run(&["token", "invalidate", "--label", "plant-3-*", "--yes"]).await;
    assert!(nothing.err.contains("No tokens"), "{nothing:?}");

    let ids = cli.run(&["token", "list", "--owner", "gateway", "-o", "name"]).await.done();
    let mut arguments = vec!["token", "delete", "--yes", "-o", "json"];
    arguments.extend(ids.lines());
    let deleted: serde_json::Value = serde_json::from_str(&cli.run(&arguments).await.done()).unwrap();
    assert_eq!(deleted["total"], 3);
    // The token of the command itself is refused, and said.
    let own = cli.run(&["token", "invalidate", "--label", "mintkey on *", "--yes"]).await;
    assert_eq!(own.code, 1);
    assert!(own.out.contains("very token") && own.err.contains("1 token was refused"), "{own:?}");
    assert_eq!(cli.run(&["token", "delete", "--expired", "--yes"]).await.code, 0);
    let mixed = cli.run(&["token", "delete", ids.lines().next().unwrap(), "--expired"]).await;
    assert_eq!(mixed.code, 2);
}

#[tokio::test]
async fn a_file_of_tokens_is_created_and_an_interrupted_run_makes_no_duplicates() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let mut rows = "label,scopes,ttl\n".to_owned();
    for number in 0..300 {
        writeln!(rows, "gateway {number},*,90d").unwrap();
    }
    std::fs::write(cli.home.path().join("devices.csv"), &rows).unwrap();
    let create = ["token", "create", "--from", "devices.csv", "--results", "keys.csv"];
    assert_eq!(cli.run(&[&create[..], &["--dry-run"]].concat()).await.done(), "300 tokens would be created.\n");

    let results = cli.home.path().join("keys.csv");
    let run_file = cli.home.path().join("keys.csv.run");
    let until = async |count: usize| {
        let child = std::process::Command::new(super::MINTKEY)
            .args(create)
            .current_dir(cli.home.path())
            .env_clear()
            .env("HOME", cli.home.path())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        while std::fs::read_to_string(&results).unwrap_or_default().lines().count() < count {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        child
    };
    let child = until(20).await;
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let interrupted = child.wait_with_output().unwrap();
    assert_eq!(interrupted.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&interrupted.stderr).contains("run the same command again to continue"));

    // Killed in the middle, with a line that is half written.
    let mut child = until(70).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let text = std::fs::read_to_string(&results).unwrap();
    std::fs::write(&results, &text[..text.len() - 30]).unwrap();
    assert!(run_file.exists());

    std::fs::write(cli.home.path().join("devices.csv"), rows.replace("gateway 7,", "other,")).unwrap();
    cli.run(&create).await.failed(2, "belongs to another input");
    std::fs::write(cli.home.path().join("devices.csv"), &rows).unwrap();
    cli.run(&create).await.done();
    assert!(!run_file.exists());
    assert_eq!(cli.json(&["token", "list"]).await["total"], 301);
    let text = std::fs::read_to_string(&results).unwrap();
    assert_eq!(text.lines().count(), 301);
    for line in text.lines().skip(1).step_by(37) {
        server.me(line.split(',').nth(5).unwrap()).await.expect(200);
    }
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&results).unwrap()) & 0o777, 0o600);
    cli.run(&create).await.failed(2, "never overwritten");
}

#[tokio::test]
async fn rows_with_mistakes_are_said_by_their_line_and_refused_ones_in_the_results() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let create = ["token", "create", "--from", "a.csv", "--results", "b.csv"];
    let file = |text: &str| std::fs::write(cli.home.path().join("a.csv"), text).unwrap();
    for (text, message) in [
        ("", "has no rows"),
        ("name\nx\n", "line 1: \"name\" is none of the columns"),
        ("label,scopes\na\n", "line 2: expected a value for each column"),
        ("label,scopes\na,*\n,*\n", "line 3: the label is missing"),
        ("label\na\n", "line 2: the scopes are missing"),
        ("label,scopes,ttl,expires_at\na,*,1d,never\n", "line 2: give ttl or expires_at"),
        ("label,scopes,expires_at\na,*,soon\n", "line 2: expires_at"),
        ("label,scopes\na,*,1\n", "line 2"),
        ("label,scopes\na,*\nb,nonsense\n", "line 3: there is no scope nonsense"),
    ] {
        file(text);
        cli.run(&create).await.failed(2, message);
        assert!(!cli.home.path().join("b.csv").exists(), "{text}");
    }
    file("label,scopes,cidrs,expires_at\ngood,*,,never\nbad,*,office,\n");
    let refused = cli.run(&create).await;
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("1 of 2 rows were refused"), "{refused:?}");
    let results = std::fs::read_to_string(cli.home.path().join("b.csv")).unwrap();
    assert!(results.contains("is not an address range") && results.contains("mk_"), "{results}");
    assert_eq!(cli.json(&["token", "list", "good"]).await["data"][0]["expires_at"], json!(null));
}
