//! PKCS#12 bundles.

use serde_json::json;

use super::tools::{BUNDLE_PASSWORD, Workbench, certificate, data, request_certificate};
use crate::http::server::{Server, send};

#[tokio::test]
async fn a_bundle_opens_in_openssl_java_nss_and_python() {
    let (server, bench) = (Server::start().await, Workbench::new().with_password());
    let admin = server.admin().await;
    let token = certificate(&server, &admin.key, json!({"label": "Plänt 3", "ttl": "30d"})).await;
    bench.write("b.p12", data(&token));

    let opened = bench.run("openssl pkcs12 -in b.p12 -passin file:password -info -nodes").await;
    assert_eq!(opened.matches("-----BEGIN CERTIFICATE-----").count(), 2, "the certificate and its authority's");
    assert_eq!(opened.matches("PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256").count(), 2);
    assert!(opened.contains("MAC: sha256, Iteration 600000"));
    assert!(opened.contains("friendlyName: Pl_nt 3"), "{opened}");

    let listed = bench.run("keytool -list -keystore b.p12 -storepass:file password").await;
    assert!(listed.contains("pl_nt 3") && listed.contains("PrivateKeyEntry"), "{listed}");

    let listed = bench.run("pk12util -l b.p12 -w password").await;
    assert!(listed.contains(&format!("Subject: \"CN={}\"", token.id)), "{listed}");

    bench.write(
        "open.py",
        "from cryptography.hazmat.primitives.serialization import pkcs12\n\
         bundle = pkcs12.load_pkcs12(open('b.p12', 'rb').read(), open('password', 'rb').read())\n\
         print(bundle.cert.certificate.subject.rfc4514_string(), len(bundle.additional_certs), bundle.key.key_size)\n",
    );
    assert_eq!(bench.run("/usr/bin/python3 open.py").await, format!("CN={} 1 256\n", token.id));
}

#[tokio::test]
async fn a_bundle_does_not_open_with_another_password_or_if_its_end_is_missing() {
    let (server, bench) = (Server::start().await, Workbench::new().with_password());
    let admin = server.admin().await;
    let token = certificate(&server, &admin.key, json!({})).await;
    let bundle = data(&token);
    bench.write("b.p12", &bundle);
    bench.write("cut.p12", &bundle[..bundle.len() - 1]);
    bench.fails("openssl pkcs12 -in b.p12 -passin pass:wrong -noout").await;
    bench.fails("openssl pkcs12 -in cut.p12 -passin file:password -noout").await;
}

#[tokio::test]
async fn a_certificate_names_its_token_and_ends_with_it() {
    let (server, bench) = (Server::start().await, Workbench::new().with_password());
    let admin = server.admin().await;
    let token = certificate(&server, &admin.key, json!({"expires_at": "2030-01-31T12:00:00Z"})).await;
    bench.unpack(&token).await;
    let text = bench.run("openssl x509 -in leaf.pem -noout -text").await;
    for part in [
        &format!("Subject: CN = {}", token.id),
        &format!("URI:urn:mintkey:token:{}", token.id),
        "Not After : Jan 31 12:00:00 2030 GMT",
        "CA:FALSE",
        "TLS Web Client Authentication\n",
        "ASN1 OID: prime256v1",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let fingerprint = bench.run("openssl x509 -in leaf.pem -noout -fingerprint -sha256").await;
    let fingerprint = fingerprint.trim().rsplit('=').next().unwrap().replace(':', "").to_lowercase();
    assert_eq!(token.json["fingerprint_sha256"], json!(fingerprint));
    let shown = send(server.get(&token.path()).bearer_auth(&admin.key)).await.expect(200);
    let certificate = json!({"fingerprint_sha256": fingerprint, "expires_at": "2030-01-31T12:00:00.000Z"});
    assert_eq!(shown["certificate"], certificate);
    // The key of the same token works too.
    server.me(&token.key).await.expect(200);

    bench.download(&server, &token, "ca.pem").await;
    bench.run("openssl verify -CAfile ca.pem -purpose sslclient leaf.pem").await;
    bench.fails("openssl verify -CAfile ca.pem -purpose sslserver leaf.pem").await;
}

#[tokio::test]
async fn the_compatible_format_is_only_for_an_organization_that_allows_it() {
    let (server, bench) = (Server::start().await, Workbench::new().with_password());
    let admin = server.admin().await;
    let compatible = || request_certificate(&server, &admin.key, json!({"pkcs12": "compatible"}));
    assert_eq!(compatible().await.refused(400, "validation_failed").field("pkcs12"), Some("exceeds_maximum"));

    let allow = json!({"allow_compatible_pkcs12": true});
    send(server.patch("/api/v1/organization").bearer_auth(&admin.key).json(&allow)).await.expect(200);
    let token = crate::http::server::CreatedToken::new(compatible().await.expect(201));
    bench.write("b.p12", data(&token));
    let opened = bench.run("openssl pkcs12 -in b.p12 -passin file:password -info -nodes").await;
    assert_eq!(opened.matches("pbeWithSHA1And3-KeyTripleDES-CBC").count(), 2, "{opened}");
    assert!(opened.contains("MAC: sha1"), "{opened}");
    bench.run("keytool -list -keystore b.p12 -storepass:file password").await;
}

#[tokio::test]
async fn the_fields_of_a_certificate_are_checked_and_its_password_is_nowhere_afterwards() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let request = |fields| request_certificate(&server, &admin.key, fields);
    let none = serde_json::Value::Null;
    for (fields, field, code) in [
        (json!({"password": none}), "password", "required"),
        (json!({"password": "hunter2"}), "password", "too_short"),
        (json!({"password": "pässword password"}), "password", "invalid_format"),
        (json!({"password": "x".repeat(129)}), "password", "too_long"),
        (json!({"password": 5}), "password", "wrong_type"),
        (json!({"csr": "a request"}), "csr", "conflict"),
        (json!({"csr": "a request", "password": none}), "csr", "invalid_format"),
        (json!({"csr": "", "password": none}), "csr", "required"),
        (json!({"pkcs12": "rc2"}), "pkcs12", "invalid_format"),
        (json!({"kind": "api_key"}), "password", "conflict"),
    ] {
        let reply = request(fields.clone()).await;
        assert_eq!(reply.refused(400, "validation_failed").field(field), Some(code), "{fields}: {}", reply.text);
        assert!(!reply.text.contains("hunter2"));
    }
    // Nothing was made, not even an authority.
    let organization = admin.json["organization_id"].as_str().unwrap();
    send(server.get(&format!("/pki/{organization}/ca.pem"))).await.refused(404, "not_found");

    let token = certificate(&server, &admin.key, json!({})).await;
    for path in [token.path(), "/api/v1/audit".to_owned(), "/api/v1/tokens".to_owned()] {
        let shown = send(server.get(&path).bearer_auth(&admin.key)).await;
        assert!(shown.status == 200 && !shown.text.contains(BUNDLE_PASSWORD), "{path}");
    }
    assert!(!String::from_utf8_lossy(&server.log.lock().unwrap()).contains(BUNDLE_PASSWORD));
    let database = std::fs::read(server.database_file()).unwrap();
    let journal = std::fs::read(server.database_file().with_extension("db-wal")).unwrap_or_default();
    for bytes in [database, journal] {
        assert!(!bytes.windows(BUNDLE_PASSWORD.len()).any(|window| window == BUNDLE_PASSWORD.as_bytes()));
    }
}

#[tokio::test]
async fn a_repeated_request_shows_no_bundle_and_its_password_is_not_remembered() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let send_with = |password: &'static str| {
        let body = json!({"label": "a", "kind": "client_certificate", "scopes": ["*"], "password": password});
        send(server.post("/api/v1/tokens").bearer_auth(&admin.key).header("idempotency-key", "once").json(&body))
    };
    let first = send_with(BUNDLE_PASSWORD).await.expect(201);
    let again = send_with(BUNDLE_PASSWORD).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!((&again.json["id"], again.json.get("data"), again.json.get("api_key")), (&first["id"], None, None));
    // Nothing is stored by which the password could be told from another one.
    assert_eq!(send_with("another good password").await.expect(201)["id"], first["id"]);
}
