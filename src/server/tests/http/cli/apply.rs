//! `mintkey apply`.

use serde_json::json;

use super::{Cli, Server};

const STATE: &str = "\
scopes:
- name: plants.read
  description: Read the meters
- name: plants.write
  admin_only: true
service_accounts:
- name: gateway
  description: Hall B
  allowed_scopes: [plants.read]
  managed_by: [ada@example.com]
tokens:
- label: nightly
  owner: gateway
  scopes: [plants.read]
  allowed_cidrs: [127.0.0.0/8]
  expires: 90d
  secret: {file: secrets/nightly.key}
- label: mine
  scopes: ['*']
  expires: never
  secret: {command: [sh, -c, 'cat > piped.key']}
";

impl Cli {
    fn state(&self, text: &str) {
        std::fs::write(self.home.path().join("state.yaml"), text).unwrap();
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.home.path().join(name)).unwrap()
    }

    /// The plan for a state, in words.
    async fn plan(&self, text: &str, options: &[&str]) -> String {
        self.state(text);
        self.run(&[&["apply", "-f", "state.yaml", "--dry-run"], options].concat()).await.done()
    }
}

#[tokio::test]
async fn a_file_is_applied_once_and_then_changes_nothing() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let plan = cli.plan(STATE, &[]).await;
    assert_eq!(
        plan.lines().collect::<Vec<_>>(),
        [
            "create the scope plants.read",
            "create the scope plants.write",
            "create the service account gateway",
            "create the token \"nightly\" of gateway – scopes: [\"plants.read\"], secret: file secrets/nightly.key",
            "create the token \"mine\" of me – scopes: [\"*\"], secret: command sh -c cat > piped.key",
        ]
    );
    assert_eq!(cli.json(&["token", "list"]).await["total"], 1);
    cli.run(&["apply", "-f", "state.yaml"]).await.done();
    for file in ["secrets/nightly.key", "piped.key"] {
        server.me(cli.file(file).trim()).await.expect(200);
    }
    #[cfg(unix)]
    {
        let file = std::fs::metadata(cli.home.path().join("secrets/nightly.key")).unwrap();
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&file) & 0o777, 0o600);
    }
    assert_eq!(cli.plan(STATE, &["--prune"]).await, "");
    let again = cli.run(&["apply", "-f", "state.yaml"]).await;
    assert!(again.out.is_empty() && again.err.contains("Nothing to change."), "{again:?}");
    assert_eq!(cli.json(&["token", "list"]).await["total"], 3);
}

#[tokio::test]
async fn what_differs_is_changed_and_said_before() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.state(STATE);
    cli.run(&["apply", "-f", "state.yaml"]).await.done();
    let changed = STATE
        .replace("Read the meters", "Meters")
        .replace("description: Hall B", "description: Hall C")
        .replace("allowed_cidrs: [127.0.0.0/8]", "allowed_cidrs: []")
        .replace("expires: 90d", "expires: 2099-01-01T00:00:00Z")
        .replace("scopes: ['*']", "scopes: [plants.read]");
    let plan = cli.plan(&changed, &[]).await;
    assert_eq!(
        plan.lines().collect::<Vec<_>>(),
        [
            "edit the scope plants.read – description: \"Meters\"",
            "edit the service account gateway – description: \"Hall C\"",
            "edit the token \"nightly\" of gateway – allowed_cidrs: [], expires_at: \"2099-01-01T00:00:00.000Z\"",
            "edit the token \"mine\" of me – scopes: [\"plants.read\"]",
        ]
    );
    cli.run(&["apply", "-f", "state.yaml", "--no-input"]).await.done();
    assert_eq!(cli.plan(&changed, &[]).await, "");
    let plan: serde_json::Value = serde_json::from_str(&cli.plan(STATE, &["-o", "json"]).await).unwrap();
    assert_eq!(
        plan["data"][0],
        json!({
            "action": "edit", "kind": "scope", "name": "plants.read", "changes": {"description": "Read the meters"},
        })
    );
}

#[tokio::test]
async fn prune_removes_only_what_the_file_could_name() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.state(STATE);
    cli.run(&["apply", "-f", "state.yaml"]).await.done();
    cli.run(&["scope", "create", "old.read"]).await.done();
    cli.run(&["service-account", "create", "old"]).await.done();
    cli.run(&["token", "create", "plants.read", "--label", "extra", "--owner", "gateway"]).await.done();
    assert_eq!(cli.plan(STATE, &[]).await, "");
    let plan = cli.plan(STATE, &["--prune"]).await;
    assert_eq!(
        plan.lines().collect::<Vec<_>>(),
        [
            "invalidate the token \"extra\" of gateway",
            "decommission the service account old (tokens: 0)",
            "delete the scope old.read",
        ]
    );
    let asked = cli.run(&["apply", "-f", "state.yaml", "--prune"]).await;
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("3 removals") && asked.err.contains("--yes"), "{asked:?}");
    cli.run(&["apply", "-f", "state.yaml", "--prune", "--yes"]).await.done();
    assert_eq!(cli.plan(STATE, &["--prune"]).await, "");
    // The person's own tokens, and the command's, are still there.
    cli.run(&["whoami"]).await.done();
    // A section that is left out isn't touched.
    assert_eq!(
        cli.plan("scopes:\n- {name: plants.read, description: Read the meters}\n", &["--prune"]).await,
        "delete the scope plants.write\n"
    );
}

#[tokio::test]
async fn what_is_not_clear_is_refused_before_anything_is_done() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    for _ in 0..2 {
        cli.run(&["token", "create", "*", "--label", "twin"]).await.done();
    }
    let apply = ["apply", "-f", "state.yaml"];
    let scope = "scopes:\n- name: plants.read\n";
    for (tokens, code, message) in [
        ("- {label: twin, scopes: ['*']}", 1, "2 tokens of me have the label \"twin\""),
        ("- {label: new, scopes: ['*']}", 2, "say where it goes"),
        ("- {label: new, scopes: ['*'], secret: {file: state.yaml}}", 2, "never overwritten"),
        ("- {label: new, owner: nobody, scopes: ['*'], secret: {file: a}}", 1, "there is no service account nobody"),
        ("- {label: new, scopes: ['*'], colour: red}", 2, "colour"),
        ("- {label: new, scopes: ['*'], expires: soon}", 2, "expires"),
        ("- {label: new, scopes: [nonsense], secret: {file: a}}", 2, "there is no scope nonsense"),
        (
            "- {label: a, scopes: ['*'], secret: {file: b}}\n- {label: a, owner: ada@example.com, scopes: ['*'], secret: {file: c}}",
            2,
            "there twice",
        ),
        (
            "- {label: a, scopes: ['*'], secret: {file: b}}\n- {label: c, scopes: ['*'], secret: {file: ./b}}",
            2,
            "secrets of two tokens",
        ),
    ] {
        cli.state(&format!("{scope}tokens:\n{tokens}\n"));
        cli.run(&apply).await.failed(code, message);
        assert_eq!(cli.json(&["scope", "list", "plants.read"]).await["total"], 0, "{tokens}");
    }
    // A step that fails names the ones before it, and the same command goes on.
    let state = format!(
        "{scope}tokens:\n- {{label: new, scopes: [plants.read], allowed_cidrs: [office], secret: {{file: new.key}}}}\n"
    );
    cli.state(&state);
    let failed = cli.run(&apply).await;
    let named = "1 of 2 steps are done, and then: allowed_cidrs: ";
    assert!(failed.code == 1 && failed.err.contains(named), "{failed:?}");
    assert!(!cli.home.path().join("new.key").exists());
    assert!(cli.plan(&state.replace("office", "10.0.0.0/8"), &[]).await.starts_with("create the token \"new\" of me"));
    cli.run(&apply).await.done();
}

#[tokio::test]
async fn a_scope_that_is_held_is_not_deleted_and_nothing_else_is_done() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.state("scopes:\n- {name: a.read}\n- {name: b.read}\n- {name: c.read}\n");
    cli.run(&["apply", "-f", "state.yaml"]).await.done();
    cli.run(&["token", "create", "--label", "holder", "b.read"]).await.done();
    cli.run(&["service-account", "create", "gateway", "--allowed-scope", "c.read"]).await.done();
    let prune = ["apply", "-f", "state.yaml", "--prune", "--yes"];
    for (kept, holder) in
        [("c.read", "the token \"holder\" of ada@example.com"), ("b.read", "the service account gateway")]
    {
        cli.state(&format!("scopes:\n- {{name: {kept}}}\n"));
        cli.run(&prune).await.failed(1, holder);
    }
    assert_eq!(cli.json(&["scope", "list", "a.read"]).await["total"], 1, "nothing was done");
    // With the account and the token, their scopes go too.
    cli.state("scopes: []\nservice_accounts: []\ntokens: []\n");
    cli.run(&["token", "invalidate", "--label", "holder", "--yes"]).await.done();
    cli.run(&prune).await.done();
    assert_eq!(
        cli.json(&["scope", "list", "read"]).await["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|scope| !scope["name"].as_str().unwrap().starts_with("mintkey:"))
            .count(),
        0
    );
}

#[tokio::test]
async fn an_expired_token_is_renewed_by_its_lifetime() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.run(&["token", "create", "*", "--label", "short", "--ttl", "1s"]).await.done();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let state = "tokens:\n- {label: short, scopes: ['*'], expires: 90d}\n";
    assert!(cli.plan(state, &[]).await.starts_with("edit the token \"short\" of me – expires_at: "));
    cli.run(&["apply", "-f", "state.yaml"]).await.done();
    assert_eq!(cli.json(&["token", "list", "short"]).await["data"][0]["status"], "active");
}

#[tokio::test]
async fn a_secret_that_cant_be_stored_leaves_no_token_behind() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    for (command, message) in [("/no/such/program", "/no/such/program"), ("'false'", "its token was invalidated")] {
        cli.state(&format!("tokens:\n- {{label: a, scopes: ['*'], secret: {{command: [{command}]}}}}\n"));
        for _ in 0..2 {
            let failed = cli.run(&["apply", "-f", "state.yaml"]).await;
            assert!(failed.code == 1 && failed.err.contains(message), "{failed:?}");
        }
        assert_eq!(cli.json(&["token", "list", "--status", "active"]).await["total"], 1, "{command}");
    }
}

#[tokio::test]
async fn an_account_with_an_odd_name_is_no_owner_by_mistake() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    cli.run(&["service-account", "create", "me"]).await.done();
    cli.state("tokens:\n- {label: mine, scopes: ['*'], secret: {file: a.key}}\n");
    cli.run(&["apply", "-f", "state.yaml"]).await.done();
    assert_eq!(cli.json(&["token", "list", "mine"]).await["data"][0]["owner"]["name"], super::EMAIL);
}
