//! The command line: its input and its output.

use std::{fs::OpenOptions, process::Stdio};

use super::server::{EMAIL, PASSWORD, Server, command};

/// Runs the executable next to this server with these variables; returns exit code, standard output and standard error.
async fn run(server: &Server, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let output = command(server.folder.path())
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn output_that_cant_be_written_is_a_line_and_exit_code_1() {
    let server = Server::start().await;
    let full = || Stdio::from(OpenOptions::new().write(true).open("/dev/full").unwrap());
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["serve", "--help"],
        &["admin", "organization", "list"],
        &["admin", "signing-key", "list"],
        &["admin", "audit", "verify"],
        &["admin", "audit", "export"],
        &["admin", "audit", "prune"],
        &["admin", "check"],
        &["admin", "reset-link", EMAIL],
    ] {
        let mut child = command(server.folder.path());
        let child = child.args(arguments).stdin(Stdio::null()).stdout(full()).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().await.unwrap();
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {line}");
        assert!(line.starts_with("mintkey: the output can't be written: "), "{arguments:?}: {line}");
        assert_eq!(line.lines().count(), 1, "{arguments:?}: {line}");
    }
    // If the message can't be written either, the exit code still reports the failure.
    for (arguments, code) in [(["admin", "check"], 1), (["admin", "nonsense"], 2)] {
        let mut child = command(server.folder.path());
        let mut child = child.args(arguments).stdin(Stdio::null()).stdout(full()).stderr(full()).spawn().unwrap();
        assert_eq!(child.wait().await.unwrap().code(), Some(code), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_value_with_a_line_break_at_its_end_is_the_value_without_it() {
    let server = Server::start().await;
    let url = format!("sqlite:{}\n", server.database_file().display());
    let (code, out, err) = run(&server, &["admin", "organization", "list"], &[("MINTKEY_DATABASE_URL", &url)]).await;
    assert_eq!((code, out.lines().count(), err.as_str()), (0, 1, ""));
    let files = std::fs::read_dir(server.folder.path()).unwrap();
    assert!(files.flatten().all(|file| !file.file_name().to_string_lossy().contains('\n')));
}

#[tokio::test]
async fn values_that_a_shell_would_have_changed_are_refused_by_their_names() {
    let server = Server::start().await;
    for (name, value) in [
        ("MINTKEY_DATABASE_URL", "'sqlite:a.db'"),
        ("MINTKEY_LISTEN", "\"127.0.0.1:0\""),
        ("MINTKEY_PUBLIC_URL", "http://a\tb"),
        ("MINTKEY_TRUSTED_PROXIES", "\"10.0.0.0/8\""),
        ("MINTKEY_TRUSTED_PROXIES", "proxy.example.com"),
        ("MINTKEY_LOG_FORMAT", "yaml"),
        ("MINTKEY_SECURITY_CONTACT", "somebody"),
        ("MINTKEY_SIGN_IN_FAILURES", "many"),
        ("MINTKEY_DATABASE_URL", "sqlite:file:a.db"),
        ("MINTKEY_CONFIG", "a\nb"),
    ] {
        let (code, out, err) = run(&server, &["serve"], &[(name, value)]).await;
        assert_eq!((code, out.as_str(), err.lines().count()), (2, "", 1), "{name}: {err}");
        assert!(err.contains(name) && !err.contains(value), "{name}: {err}");
    }
}

#[tokio::test]
async fn links_of_admin_lead_to_the_public_url_of_the_settings_file() {
    let server = Server::start().await;
    let folder = server.folder.path().join(".config/mintkey");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mintkey.toml"), "public_url = \"https://mintkey.example.com\"\n").unwrap();
    let (code, out, err) = server.admin_command(&["reset-link", EMAIL]).await;
    assert!(code == 0 && out.starts_with("https://mintkey.example.com/reset?code="), "{out}{err}");
    let create = ["organization", "create", "Elsewhere", "--admin", "new@example.com"];
    let (code, out, err) = server.admin_command(&create).await;
    let link = out.lines().nth(1).unwrap_or_default();
    assert!(code == 0 && link.starts_with("https://mintkey.example.com/invite?code="), "{out}{err}");
}

#[tokio::test]
async fn an_empty_variable_is_not_set() {
    let server = Server::start_with(&[("MINTKEY_PUBLIC_URL", ""), ("MINTKEY_TRUSTED_PROXIES", " ")]).await;
    assert!(server.url.starts_with("http://127.0.0.1:"), "{}", server.url);
}

#[tokio::test]
async fn a_password_from_a_file_with_a_line_break_can_be_typed_in_a_browser() {
    let password = format!("{PASSWORD}\n");
    let server = Server::start_with(&[("MINTKEY_ADMIN_PASSWORD", &password)]).await;
    server.access_token(EMAIL, PASSWORD).await;
}
