//! Client certificates in the console.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::RequestBuilder;

use super::tools::{BUNDLE_PASSWORD, Workbench};
use crate::http::{
    reply::Reply,
    server::{PASSWORD, Server, send},
};

const NEW: &str = "/settings/tokens/new";
const AUTHORITIES: &str = "/settings/organization/certificates";
const BUNDLE: &str = "data:application/x-pkcs12;base64,";

fn form(server: &Server, path: &str, cookie: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    server.post(path).header("cookie", cookie).header("origin", &server.url).form(fields)
}

/// The form for a certificate with a bundle; `fields` come after its own and replace none.
fn bundle<'f>(password: &'f str, again: &'f str, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let own = [
        ("kind", "client_certificate"),
        ("source", "bundle"),
        ("password", password),
        ("password_again", again),
        ("label", "Plant 3 gateway"),
        ("patterns", "*"),
        ("expires", "30d"),
    ];
    own.into_iter().chain(fields.iter().copied()).collect()
}

/// The file of the page's download link.
fn downloaded(reply: &Reply, start: &str) -> Vec<u8> {
    let (_, rest) = reply.text.split_once(start).unwrap_or_else(|| panic!("{} {}", reply.status, reply.text));
    STANDARD.decode(rest.split_once('"').unwrap().0).unwrap()
}

#[tokio::test]
async fn the_answer_to_the_form_is_the_only_place_of_the_bundle_and_none_has_the_password() {
    let server = Server::start_with(&[("RUST_LOG", "trace")]).await;
    let cookie = server.cookie().await;
    let bench = Workbench::new().with_password();
    let made = send(form(&server, NEW, &cookie, &bundle(BUNDLE_PASSWORD, BUNDLE_PASSWORD, &[]))).await;
    bench.write("b.p12", downloaded(&made, BUNDLE));
    bench.run("openssl pkcs12 -in b.p12 -passin file:password -noout").await;
    assert!(made.text.contains("download=\"plant-3-gateway.p12\""), "{}", made.text);
    assert!(!made.text.contains("horse"), "the answer repeats the password");
    assert_eq!(made.header("cache-control"), "no-store");
    for (fields, message) in [
        (bundle(BUNDLE_PASSWORD, "correct horse ~ batery", &[]), "The two passwords differ."),
        (bundle("horse", "horse", &[]), "Use at least 12 characters."),
        (bundle(BUNDLE_PASSWORD, BUNDLE_PASSWORD, &[("pkcs12", "compatible")]), "The organization doesn't allow"),
    ] {
        let refused = send(form(&server, NEW, &cookie, &fields)).await;
        let text = refused.text.replace("&#x27;", "'").replace("&#39;", "'");
        assert!(refused.status == 400 && text.contains(message), "{message}: {} {text}", refused.status);
        assert!(!text.contains("horse"), "a refused form repeats the password");
        assert!(text.contains("value=\"Plant 3 gateway\""), "a refused form keeps the label");
    }
    let server = server.restart().await;
    for entry in fs::read_dir(server.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let content = fs::read(&path).unwrap();
            assert!(!content.windows(13).any(|part| part == b"correct horse"), "{}", path.display());
        }
    }
    assert!(!String::from_utf8_lossy(&server.log.lock().unwrap()).contains("correct horse"));
}

#[tokio::test]
async fn a_form_that_is_sent_again_makes_nothing_whatever_its_password() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let key = [("key", "order-17")];
    let first = send(form(&server, NEW, &cookie, &bundle(BUNDLE_PASSWORD, BUNDLE_PASSWORD, &key))).await;
    assert!(first.text.contains(BUNDLE), "{}", first.text);
    // What the hash of a form lacks can't be guessed from it.
    let other = "another good password";
    let again = send(form(&server, NEW, &cookie, &bundle(other, other, &key))).await;
    assert!(again.text.contains("Already submitted") && !again.text.contains("base64,"), "{}", again.text);
}

#[tokio::test]
async fn fields_of_a_certificate_mean_nothing_for_an_api_key() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let fields = [
        ("kind", "api_key"),
        ("source", "csr"),
        ("csr", "left over"),
        ("password", "x"),
        ("pkcs12", "compatible"),
        ("label", "Sensor"),
        ("patterns", "*"),
        ("expires", "30d"),
    ];
    let made = send(form(&server, NEW, &cookie, &fields)).await;
    assert!(made.status == 200 && made.text.contains("Sensor is ready"), "{} {}", made.status, made.text);
    assert!(!made.text.contains("base64,"));
}

#[tokio::test]
async fn a_request_of_the_holder_is_answered_with_certificates_also_at_a_rotation() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let bench = Workbench::new();
    let request = async |name: &str| {
        let new = format!("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key");
        bench.run(&format!("{new} -subj /CN=device -out {name}.csr")).await;
        bench.read(&format!("{name}.csr"))
    };
    let (first, second) = (request("first").await, request("second").await);
    let own = [("kind", "client_certificate"), ("source", "csr"), ("label", "Sensor"), ("patterns", "*")];
    let made = send(form(&server, NEW, &cookie, &[&own[..], &[("expires", "30d"), ("csr", &first)]].concat())).await;
    bench.write("leaf.pem", downloaded(&made, "data:application/x-pem-file;base64,"));
    assert!(made.text.contains("download=\"sensor.pem\""), "{}", made.text);
    let public = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let of_first = public(bench.run("openssl pkey -in first.key -pubout").await);
    assert_eq!(public(bench.run("openssl x509 -in leaf.pem -noout -pubkey").await), of_first);

    let (_, id) = made.text.split_once("name=\"token\" value=\"").unwrap();
    let rotate = format!("/settings/tokens/{}/rotate", id.split_once('"').unwrap().0);
    let refused = send(form(&server, &rotate, &cookie, &[("source", "csr"), ("csr", "")])).await;
    assert!(refused.status == 400 && refused.text.contains("id=\"csr-e\""), "{} {}", refused.status, refused.text);
    let rotated = send(form(&server, &rotate, &cookie, &[("source", "csr"), ("csr", &second)])).await;
    bench.write("next.pem", downloaded(&rotated, "data:application/x-pem-file;base64,"));
    let of_second = public(bench.run("openssl pkey -in second.key -pubout").await);
    assert_eq!(public(bench.run("openssl x509 -in next.pem -noout -pubkey").await), of_second);
}

#[tokio::test]
async fn auditors_see_the_authorities_and_members_do_not() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    send(form(&server, NEW, &cookie, &bundle(BUNDLE_PASSWORD, BUNDLE_PASSWORD, &[]))).await;
    server.add_person("auditor@example.com", "auditor").await;
    server.add_person("member@example.com", "member").await;
    let open = async |cookie: &str| send(server.get(AUTHORITIES).header("cookie", cookie)).await;
    let page = open(&cookie).await.text;
    assert!(page.contains("CN=Mintkey CA") && page.contains("Bring an authority"), "{page}");
    let page = open(&server.cookie_of("auditor@example.com", PASSWORD).await).await.text;
    assert!(page.contains("CN=Mintkey CA") && page.contains("/ca.pem\""), "{page}");
    assert!(!page.contains("Bring an authority"), "{page}");
    let page = open(&server.cookie_of("member@example.com", PASSWORD).await).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("Only administrators and auditors"), "{}", page.text);
}
