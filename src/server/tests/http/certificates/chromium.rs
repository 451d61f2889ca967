//! Chromium, with certificates in the NSS database of its user.

use std::{env, fs, time::Duration};

use serde_json::{Value, json};
use tokio::time::timeout;

use super::{mutual_tls::World, tools::Workbench};
use crate::http::server::send;

/// Those of the browser tests in `end2end`.
const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                     --disable-component-update --disable-sync";

/// An empty database of certificates and a profile that trusts this server, and presents any certificate that the server
/// asks for, instead of letting its user choose.
async fn prepare(bench: &Workbench, world: &World, site: &str) {
    fs::create_dir_all(bench.path(".pki/nssdb")).unwrap();
    bench.run("certutil -d sql:.pki/nssdb -N --empty-password").await;
    let trusted = world.certificate.file();
    bench.run(&format!("certutil -d sql:.pki/nssdb -A -t P,, -n server -i {}", trusted.display())).await;
    // What the policy `AutoSelectCertificateForUrls` sets for the whole machine.
    let choice = json!({format!("{site},*"): {"setting": {"filters": [{}]}}});
    let preferences = json!({"profile": {"content_settings": {"exceptions": {"auto_select_certificate": choice}}}});
    fs::create_dir_all(bench.path("profile/Default")).unwrap();
    bench.write("profile/Default/Preferences", preferences.to_string());
}

/// The JSON that the browser shows. `cargo xtask test` names the browser.
async fn open(bench: &Workbench, address: &str) -> Value {
    let chromium = env::var("MINTKEY_CHROMIUM").unwrap_or_else(|_| "chromium".into());
    let line = format!("{chromium} {FLAGS} --user-data-dir=profile --dump-dom {address}");
    // A browser that waits for a choice would never end.
    let output = timeout(Duration::from_secs(30), bench.try_run(&line)).await.expect("the page is open by now");
    let page = String::from_utf8(output.stdout).unwrap();
    let body = page.find('{').and_then(|start| page.get(start..=page.rfind('}')?));
    body.and_then(|body| serde_json::from_str(body).ok())
        .unwrap_or_else(|| panic!("{page}\n{}", String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test]
async fn chromium_presents_an_imported_bundle_and_no_certificate_of_another_authority() {
    let world = World::new().await;
    let bench = Workbench::new().with_password();
    let token = world.issue(&bench, json!({})).await;
    let site = format!("https://localhost:{}", world.server.address().rsplit(':').next().unwrap());
    prepare(&bench, &world, &site).await;
    let me = format!("{site}/api/v1/me");

    let made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=other";
    let claim = format!("-addext subjectAltName=URI:urn:mintkey:token:{}", token.id);
    bench.run(&format!("{made} {claim} -keyout other.key -out other.pem")).await;
    bench.run("openssl pkcs12 -export -in other.pem -inkey other.key -passout file:password -out other.p12").await;
    bench.run("pk12util -d sql:.pki/nssdb -i other.p12 -w password").await;
    // It would be a wrong credential, if the browser presented it.
    assert_eq!(open(&bench, &me).await["code"], "credential_required");

    bench.run("pk12util -d sql:.pki/nssdb -i b.p12 -w password").await;
    let body = open(&bench, &me).await;
    assert_eq!((&body["via"], &body["token_id"]), (&json!("certificate"), &json!(token.id)), "{body}");

    let invalidate = world.server.post(&format!("{}/invalidate", token.path()));
    send(invalidate.bearer_auth(&world.admin.key)).await.expect(200);
    assert_eq!(open(&bench, &me).await["code"], "invalid_credential");
}
