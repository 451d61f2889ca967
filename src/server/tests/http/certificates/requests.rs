//! Certificate signing requests.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::tools::{Workbench, certificate, request_certificate};
use crate::http::server::{CreatedToken, Server};

/// The request of a key that OpenSSL makes with these arguments.
async fn request(bench: &Workbench, key: &str, more: &str) -> String {
    bench.run(&format!("openssl genpkey {key} -out own.key")).await;
    bench.run(&format!("openssl req -new -key own.key -subj /CN=x {more} -out own.csr")).await;
    bench.read("own.csr")
}

fn chain(token: &CreatedToken) -> String {
    String::from_utf8(STANDARD.decode(token.json["data"].as_str().unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_certificate_for_ones_own_key_comes_as_a_chain_without_a_private_key() {
    let (server, bench) = (Server::start().await, Workbench::new());
    let admin = server.admin().await;
    for key in [
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "-algorithm ED25519",
    ] {
        // The digest of ECDSA must be that of its curve.
        let digest = if key.contains("P-384") { "-sha384" } else { "" };
        let csr = request(&bench, key, digest).await;
        let fields = json!({"password": null, "csr": csr});
        let token = certificate(&server, &admin.key, fields).await;
        let chain = chain(&token);
        assert_eq!(chain.matches("-----BEGIN CERTIFICATE-----").count(), 2);
        assert!(!chain.contains("PRIVATE KEY"));
        bench.write("chain.pem", &chain);
        bench.download(&server, &token, "ca.pem").await;
        bench.run("openssl verify -CAfile ca.pem -purpose sslclient chain.pem").await;
        let [own, certified] = [
            bench.run("openssl pkey -in own.key -pubout").await,
            bench.run("openssl x509 -in chain.pem -noout -pubkey").await,
        ];
        assert_eq!(own, certified);
    }
}

#[tokio::test]
async fn a_request_decides_nothing_but_its_public_key() {
    let (server, bench) = (Server::start().await, Workbench::new());
    let admin = server.admin().await;
    bench.write(
        "asked.cnf",
        "[req]\ndistinguished_name = dn\nreq_extensions = ext\nprompt = no\n\
         [dn]\nO = system:masters\nCN = admin\n\
         [ext]\nbasicConstraints = CA:TRUE\nextendedKeyUsage = serverAuth\nsubjectAltName = \
         URI:urn:mintkey:token:01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01,DNS:example.com\n1.2.3.4 = ASN1:UTF8:odd\n",
    );
    bench.run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout own.key -config asked.cnf -out own.csr").await;
    let csr = bench.read("own.csr");
    let token = certificate(&server, &admin.key, json!({"password": null, "csr": csr})).await;
    bench.write("chain.pem", chain(&token));
    let text = bench.run("openssl x509 -in chain.pem -noout -text").await;
    assert!(text.contains(&format!("Subject: CN = {}\n", token.id)), "{text}");
    assert!(text.contains(&format!("URI:urn:mintkey:token:{}\n", token.id)), "{text}");
    for asked in ["masters", "example.com", "CA:TRUE", "Server Authentication", "4d01", "odd"] {
        assert!(!text.contains(asked), "{asked}: {text}");
    }
}

#[tokio::test]
async fn a_request_that_its_key_did_not_sign_or_that_is_weak_is_refused() {
    let (server, bench) = (Server::start().await, Workbench::new());
    let admin = server.admin().await;
    let good = request(&bench, "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "").await;
    let weak = request(&bench, "-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "").await;
    let other_curve = request(&bench, "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "").await;
    // Another signature: the last bytes of the request.
    let mut lines: Vec<_> = good.lines().map(str::to_owned).collect();
    let last = lines.len() - 2;
    lines[last] = lines[last].chars().rev().collect::<String>().replace('=', "");
    let forged = lines.join("\n");
    let truncated = good.lines().take(3).collect::<Vec<_>>().join("\n");
    for csr in [weak, other_curve, forged, truncated, good.replace("CERTIFICATE REQUEST", "CERTIFICATE")] {
        let reply = request_certificate(&server, &admin.key, json!({"password": null, "csr": csr})).await;
        assert_eq!(reply.refused(400, "validation_failed").field("csr"), Some("invalid_format"), "{csr}");
    }
    let with_text = format!("Certificate Request:\n    Data:\n{}", good.replace(" CERTIFICATE", " NEW CERTIFICATE"));
    certificate(&server, &admin.key, json!({"password": null, "csr": with_text})).await;
}
