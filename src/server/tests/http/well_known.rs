//! Paths below `/.well-known`.

use super::server::{Server, send};

const SECURITY: &str = "/.well-known/security.txt";

#[tokio::test]
async fn security_txt_names_the_contact_and_an_end() {
    let server = Server::start_with(&[("MINTKEY_SECURITY_CONTACT", "security@example.com")]).await;
    let reply = send(server.get(SECURITY)).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/plain; charset=utf-8"));
    let lines: Vec<_> = reply.text.lines().collect();
    assert_eq!(lines[0], "Contact: mailto:security@example.com");
    assert!(lines[1].starts_with("Expires: 20") && lines[1].ends_with('Z'), "{}", reply.text);
    assert_eq!(lines.len(), 2, "{}", reply.text);
}

#[tokio::test]
async fn without_a_contact_there_is_no_security_txt() {
    let server = Server::start().await;
    assert_eq!(send(server.get(SECURITY)).await.status, 404);
}

#[tokio::test]
async fn password_managers_find_the_form_that_changes_a_password() {
    let server = Server::start().await;
    let reply = send(server.get("/.well-known/change-password")).await;
    assert_eq!((reply.status, reply.header("location")), (302, "/settings/profile/password"));
    let form = send(server.get(reply.header("location")).header("cookie", server.cookie().await)).await;
    assert!(form.status == 200 && form.text.contains("name=\"new_password\""), "{}", form.text);
    // Tools request this path to detect servers that return 200 for unknown paths.
    let nothing = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
    assert_eq!(send(server.get(nothing)).await.status, 404);
}
