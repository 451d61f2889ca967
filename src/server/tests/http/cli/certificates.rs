//! Client certificates and their authorities.

use serde_json::json;

use super::{Cli, Server};
use crate::http::certificates::tools::{BUNDLE_PASSWORD, Workbench};

#[tokio::test]
async fn a_bundle_goes_to_a_new_file_and_its_password_comes_from_standard_input() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let bench = Workbench::new().with_password();
    let file = bench.path("b.p12");
    let file = file.to_str().unwrap();
    let create = ["token", "create", "*", "--label", "gateway", "--kind", "client_certificate"];
    let with_file = [&create[..], &["--certificate", file, "--password-stdin"]].concat();

    cli.run(&create).await.failed(2, "--certificate FILE");
    cli.run(&[&create[..], &["--certificate", file]].concat()).await.failed(2, "--password-stdin");
    cli.run_with(&with_file, "hunter2").await.failed(1, "--password-stdin: Use at least 12 characters");
    assert!(!bench.path("b.p12").exists(), "no file is left behind");
    cli.run(&["token", "create", "*", "--certificate", file]).await.failed(2, "--kind client_certificate");

    let made = cli.run_with(&with_file, BUNDLE_PASSWORD).await.done();
    assert!(made.contains("Certificate") && !made.contains("data"), "{made}");
    bench.run("openssl pkcs12 -in b.p12 -passin file:password -noout").await;
    cli.run_with(&with_file, BUNDLE_PASSWORD).await.failed(2, "exists, and is never overwritten");

    let listed = cli.json(&["token", "list", "--kind", "client_certificate"]).await;
    let id = listed["data"][0]["id"].as_str().unwrap();
    cli.run(&["token", "rotate", id]).await.failed(2, "--certificate FILE");
    let other = bench.path("b2.p12");
    let rotate = ["token", "rotate", id, "--certificate", other.to_str().unwrap(), "--password-stdin"];
    cli.run_with(&rotate, BUNDLE_PASSWORD).await.done();
    bench.run("openssl pkcs12 -in b2.p12 -passin file:password -noout").await;
    let shown = cli.run(&["token", "get", id]).await.done();
    let certificate = &cli.json(&["token", "get", id]).await["certificate"];
    assert_ne!(certificate, &listed["data"][0]["certificate"]);
    assert!(shown.contains(certificate["fingerprint_sha256"].as_str().unwrap()), "{shown}");
}

#[tokio::test]
async fn a_request_for_ones_own_key_is_read_from_a_file() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let bench = Workbench::new();
    bench
        .run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -subj /CN=x -out a.csr")
        .await;
    let [csr, chain] = ["a.csr", "chain.pem"].map(|name| bench.path(name));
    let [csr, chain] = [csr.to_str().unwrap(), chain.to_str().unwrap()];
    let create = ["token", "create", "*", "--kind", "client_certificate", "--csr", csr];
    cli.run(&[&create[..], &["--certificate", chain]].concat()).await.done();
    assert_eq!(bench.read("chain.pem").matches("BEGIN CERTIFICATE").count(), 2);
    // A program gets it in the API's own object.
    assert!(cli.json(&create).await["data"].is_string());
}

#[tokio::test]
async fn authorities_are_listed_brought_and_downloaded() {
    let server = Server::start().await;
    let cli = Cli::signed_in(&server).await;
    let bench = Workbench::new();
    cli.run(&["ca", "certificates"]).await.failed(1, "no certificate authority yet");
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../service/tests/authority");
    let [certificates, key] = [format!("{own}.pem"), format!("{own}.key")];
    let import = ["ca", "import", "--certificates", &certificates, "--private-key", &key];
    assert_eq!(cli.json(&import).await["brought"], true);
    cli.run(&["ca", "import", "--certificates", &key, "--private-key", &key]).await.failed(1, "--certificates:");
    assert!(cli.run(&["ca", "list"]).await.done().contains("CN=An authority for tests only"));
    assert_eq!(cli.json(&["ca", "list"]).await["total"], json!(1));
    assert_eq!(cli.run(&["ca", "certificates"]).await.done(), std::fs::read_to_string(&certificates).unwrap());
    assert!(cli.run(&["ca", "crl"]).await.done().starts_with("-----BEGIN X509 CRL-----"));
    let file = bench.path("crl.der");
    cli.run(&["ca", "crl", "--der", "--output", file.to_str().unwrap()]).await.done();
    bench.run("openssl crl -inform der -in crl.der -noout").await;
}
