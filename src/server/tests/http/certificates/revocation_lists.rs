//! Revocation lists, checked by OpenSSL.

use serde_json::json;

use super::tools::{BUNDLE_PASSWORD, Workbench, certificate};
use crate::http::server::{CreatedToken, Server, send};

/// Whether OpenSSL accepts the certificate `leaf.pem` with the authorities and lists of now.
async fn accepted(bench: &Workbench, server: &Server, token: &CreatedToken) -> bool {
    bench.download(server, token, "ca.pem").await;
    bench.download(server, token, "crl.pem").await;
    let output = bench.try_run("openssl verify -CAfile ca.pem -crl_check -CRLfile crl.pem leaf.pem").await;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() || text.contains("certificate revoked"), "{text}");
    output.status.success()
}

#[tokio::test]
async fn a_list_names_a_certificate_from_the_answer_to_whatever_ended_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let account = json!({"name": "gateway", "role": "member"});
    let account =
        send(server.post("/api/v1/service-accounts").bearer_auth(&admin.key).json(&account)).await.expect(201);
    let account_path = format!("/api/v1/service-accounts/{}", account["id"].as_str().unwrap());
    for act in ["invalidate", "delete", "rotate", "expire", "suspend", "decommission"] {
        let bench = Workbench::new().with_password();
        let owned = json!({"owner_id": account["id"], "scopes": ["mintkey:tokens.read"]});
        let token = certificate(&server, &admin.key, owned).await;
        bench.unpack(&token).await;
        assert!(accepted(&bench, &server, &token).await, "{act}");
        let path = token.path();
        let post = |path: String, body| send(server.post(&path).bearer_auth(&admin.key).json(&body));
        match act {
            "invalidate" => post(format!("{path}/invalidate"), json!({})).await.expect(200),
            "rotate" => post(format!("{path}/rotate"), json!({"password": BUNDLE_PASSWORD})).await.expect(200),
            "suspend" => post(format!("{account_path}/suspend"), json!({})).await.expect(200),
            "decommission" => send(server.delete(&account_path).bearer_auth(&admin.key)).await.expect(204),
            "expire" => {
                let soon = json!({"expires_at": in_a_moment()});
                let edited = send(server.patch(&path).bearer_auth(&admin.key).json(&soon)).await.expect(200);
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                edited
            }
            _ => send(server.delete(&path).bearer_auth(&admin.key)).await.expect(204),
        };
        assert!(!accepted(&bench, &server, &token).await, "{act}");
        let text = bench.run("openssl crl -in crl.pem -noout -text").await;
        let can_come_back = ["expire", "suspend"].contains(&act);
        assert_eq!(text.contains("Certificate Hold"), can_come_back, "{act}: {text}");
        match act {
            "suspend" => {
                post(format!("{account_path}/activate"), json!({})).await.expect(200);
                assert!(accepted(&bench, &server, &token).await, "active again");
            }
            "expire" => {
                let later = json!({"expires_at": "2030-01-01T00:00:00Z"});
                send(server.patch(&path).bearer_auth(&admin.key).json(&later)).await.expect(200);
                assert!(accepted(&bench, &server, &token).await, "renewed");
                post(format!("{path}/invalidate"), json!({})).await.expect(200);
            }
            _ => {}
        }
    }
}

/// A second from now, in RFC 3339.
fn in_a_moment() -> String {
    let output = std::process::Command::new("date").args(["-u", "-d", "+1 second", "+%FT%TZ"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn an_overlap_keeps_the_older_certificate_until_it_ends() {
    let (server, bench) = (Server::start().await, Workbench::new().with_password());
    let admin = server.admin().await;
    let token = certificate(&server, &admin.key, json!({})).await;
    bench.unpack(&token).await;
    let rotation = json!({"overlap": "1h", "password": BUNDLE_PASSWORD});
    let rotate = format!("{}/rotate", token.path());
    let rotated = send(server.post(&rotate).bearer_auth(&admin.key).json(&rotation)).await.expect(200);
    assert_ne!(rotated["fingerprint_sha256"], token.json["fingerprint_sha256"]);
    assert_eq!(rotated["certificate"]["fingerprint_sha256"], rotated["fingerprint_sha256"]);
    assert!(accepted(&bench, &server, &token).await);
    let end = json!({"previous_secret_expires_at": null});
    send(server.patch(&token.path()).bearer_auth(&admin.key).json(&end)).await.expect(200);
    assert!(!accepted(&bench, &server, &token).await);
}

#[tokio::test]
async fn a_rotation_needs_what_the_new_certificate_needs() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let token = certificate(&server, &admin.key, json!({})).await;
    let key = server.create_token(&admin.key, json!({"label": "key", "scopes": ["*"]})).await;
    for (path, body, field, code) in [
        (token.path(), json!({}), "password", "required"),
        (token.path(), json!({"password": "hunter2"}), "password", "too_short"),
        (token.path(), json!({"password": BUNDLE_PASSWORD, "csr": "x"}), "csr", "conflict"),
        (key.path(), json!({"password": BUNDLE_PASSWORD}), "password", "conflict"),
    ] {
        let reply = send(server.post(&format!("{path}/rotate")).bearer_auth(&admin.key).json(&body)).await;
        assert_eq!(reply.refused(400, "validation_failed").field(field), Some(code), "{}", reply.text);
    }
    server.me(&token.key).await.expect(200);
}

#[tokio::test]
async fn the_list_in_der_is_the_one_in_pem_and_none_is_made_before_the_first_certificate() {
    let (server, bench) = (Server::start().await, Workbench::new());
    let admin = server.admin().await;
    let organization = admin.json["organization_id"].as_str().unwrap();
    for unknown in [organization, "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01", "nonsense"] {
        for name in ["ca.pem", "crl.pem", "crl.der"] {
            send(server.get(&format!("/pki/{unknown}/{name}"))).await.refused(404, "not_found");
        }
    }
    let token = certificate(&server, &admin.key, json!({})).await;
    for (name, media_type) in [
        ("ca.pem", "application/x-pem-file"),
        ("crl.pem", "application/x-pem-file"),
        ("crl.der", "application/pkix-crl"),
    ] {
        let reply = server.get(&format!("/pki/{organization}/{name}")).send().await.unwrap();
        assert_eq!(reply.headers()["content-type"], media_type);
        assert_eq!(reply.headers()["cache-control"], "no-cache");
    }
    send(server.delete(&token.path()).bearer_auth(&admin.key)).await.expect(204);
    bench.download(&server, &token, "crl.der").await;
    bench.download(&server, &token, "crl.pem").await;
    let shown = "-noout -issuer -text";
    let der = bench.run(&format!("openssl crl -inform der -in crl.der {shown}")).await;
    assert_eq!(der.matches("Serial Number:").count(), 1);
    bench.download(&server, &token, "ca.pem").await;
    assert!(bench.run("openssl crl -in crl.pem -CAfile ca.pem -noout").await.contains("verify OK"));
}
