//! The settings of TLS, and what is said about them at the start.

use std::{path::Path, process::Stdio};

use super::{
    super::server::{Server, command},
    certificate::{Certificate, openssl},
    log, start_with,
};

/// Runs `mintkey serve` with settings that it must refuse; returns its exit code and standard error.
async fn refused(variables: &[(&str, &str)]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = command(folder.path());
    serve.arg("serve").env("MINTKEY_LISTEN", "127.0.0.1:0").envs(variables.iter().copied()).stdin(Stdio::null());
    let output = tokio::time::timeout(std::time::Duration::from_secs(20), serve.output()).await;
    let output = output.expect("it runs on").unwrap();
    assert!(!folder.path().join("mintkey.db").exists(), "nothing was started");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn one_file_without_the_other_is_refused_by_the_name_of_the_missing_one() {
    let certificate = Certificate::new();
    let (file, key) = (certificate.file(), certificate.key_file());
    for (name, value, missing) in [
        ("MINTKEY_TLS_CERT", &file, "set --tls-key (MINTKEY_TLS_KEY) too"),
        ("MINTKEY_TLS_KEY", &key, "set --tls-cert (MINTKEY_TLS_CERT) too"),
    ] {
        let (code, error) = refused(&[(name, value.to_str().unwrap())]).await;
        assert_eq!((code, error.lines().count()), (2, 1), "{error}");
        assert!(error.contains(missing), "{error}");
    }
}

#[tokio::test]
async fn files_that_cant_serve_are_a_line_with_the_setting_the_file_and_what_was_expected() {
    let (certificate, other) = (Certificate::new(), Certificate::new());
    let folder = certificate.folder.path();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let made = |arguments: &[&str]| assert!(openssl(folder, arguments).status.success(), "{arguments:?}");
    let secret = "c2VjcmV0LWNvbnRlbnQtb2YtYS1maWxl";
    write("empty.pem", "");
    write("text.pem", secret);
    write("not-base64.pem", &format!("-----BEGIN CERTIFICATE-----\n{secret}*\n-----END CERTIFICATE-----\n"));
    write("not-x509.pem", &format!("-----BEGIN CERTIFICATE-----\n{secret}\n-----END CERTIFICATE-----\n"));
    write("open.pem", &format!("-----BEGIN CERTIFICATE-----\n{secret}\n"));
    write("not-a-key.pem", &format!("-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----\n"));
    std::fs::copy(other.key_file(), folder.join("other.pem")).unwrap();
    made(&["pkcs8", "-topk8", "-in", "key.pem", "-out", "encrypted.pem", "-passout", "pass:abcdef"]);
    made(&["ec", "-aes128", "-in", "key.pem", "-out", "encrypted-sec1.pem", "-passout", "pass:abcdef"]);
    made(&["genrsa", "-out", "small.pem", "1024"]);

    let (cert, key) = ("--tls-cert (MINTKEY_TLS_CERT)", "--tls-key (MINTKEY_TLS_KEY)");
    let (certificates, good) = ("PEM with the server's certificate first", ["cert.pem", "key.pem"]);
    for (files, setting, file, expected) in [
        (["missing.pem", good[1]], cert, "missing.pem", "No such file"),
        ([".", good[1]], cert, ".", "directory"),
        (["empty.pem", good[1]], cert, "empty.pem", certificates),
        (["text.pem", good[1]], cert, "text.pem", certificates),
        (["not-base64.pem", good[1]], cert, "not-base64.pem", certificates),
        (["not-x509.pem", good[1]], cert, "not-x509.pem", certificates),
        (["open.pem", good[1]], cert, "open.pem", certificates),
        ([good[1], good[1]], cert, good[1], certificates),
        ([good[0], "missing.pem"], key, "missing.pem", "No such file"),
        ([good[0], "empty.pem"], key, "empty.pem", "PKCS#8, SEC1 or PKCS#1"),
        ([good[0], good[0]], key, good[0], "PKCS#8, SEC1 or PKCS#1"),
        ([good[0], "not-a-key.pem"], key, "not-a-key.pem", "RSA key of at least 2048 bits"),
        ([good[0], "small.pem"], key, "small.pem", "RSA key of at least 2048 bits"),
        ([good[0], "encrypted.pem"], key, "encrypted.pem", "isn't encrypted"),
        ([good[0], "encrypted-sec1.pem"], key, "encrypted-sec1.pem", "isn't encrypted"),
        ([good[0], "other.pem"], key, "other.pem", "the key of the first certificate in"),
    ] {
        let variables = [("MINTKEY_TLS_CERT", &*path(files[0])), ("MINTKEY_TLS_KEY", &*path(files[1]))];
        let (code, error) = refused(&variables).await;
        assert_eq!((code, error.lines().count()), (2, 1), "{files:?}: {error}");
        assert!(error.starts_with(&format!("mintkey: {setting} {}: ", path(file))), "{files:?}: {error}");
        assert!(error.contains(expected) && !error.contains(secret), "{files:?}: {error}");
    }
}

#[tokio::test]
async fn keys_may_be_pkcs8_sec1_or_pkcs1_beside_the_certificate_or_apart() {
    let certificate = Certificate::new();
    let rsa = Certificate::of(super::certificate::RSA);
    let made = |folder: &Path, arguments: &[&str]| assert!(openssl(folder, arguments).status.success());
    made(certificate.folder.path(), &["ec", "-in", "key.pem", "-out", "form.pem"]);
    made(rsa.folder.path(), &["rsa", "-traditional", "-in", "key.pem", "-out", "form.pem"]);
    for (certificate, label) in [(certificate, "BEGIN EC PRIVATE KEY"), (rsa, "BEGIN RSA PRIVATE KEY")] {
        let form = std::fs::read(certificate.folder.path().join("form.pem")).unwrap();
        assert!(String::from_utf8_lossy(&form).contains(label));
        // As `openssl ecparam -genkey` begins its files.
        let parameters: &[u8] = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        let both = [&certificate.pem(), parameters, &form].concat();
        certificate.overwrite(&both, &both);
        let server = super::start(&certificate).await;
        assert!(super::is_healthy(&server, &certificate, &[]).await, "{label}");
    }
}

#[tokio::test]
async fn the_settings_file_has_both_files_and_links_of_admin_begin_with_https() {
    let certificate = Certificate::new();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("mintkey.toml");
    let text = format!("tls_cert = {:?}\ntls_key = {:?}\n", certificate.file(), certificate.key_file());
    std::fs::write(&config, text).unwrap();
    let server = Server::start_with(&[("MINTKEY_CONFIG", config.to_str().unwrap())]).await;
    assert!(server.url.starts_with("https://"), "{}", server.url);
    let arguments = ["reset-link", super::EMAIL, "--config", config.to_str().unwrap()];
    let (code, out, err) = server.admin_command(&arguments).await;
    assert!(code == 0 && out.starts_with("https://127.0.0.1:8080/reset?code="), "{out}{err}");
}

#[tokio::test]
async fn an_http_public_url_contradicts_a_certificate() {
    let certificate = Certificate::new();
    let (file, key) = (certificate.file(), certificate.key_file());
    let (code, error) = refused(&[
        ("MINTKEY_TLS_CERT", file.to_str().unwrap()),
        ("MINTKEY_TLS_KEY", key.to_str().unwrap()),
        ("MINTKEY_PUBLIC_URL", "http://mintkey.example.com"),
    ])
    .await;
    assert_eq!((code, error.lines().count()), (2, 1), "{error}");
    assert!(error.contains("--public-url") && error.contains("https://"), "{error}");
}

#[tokio::test]
async fn a_public_url_that_nothing_here_serves_is_warned_about() {
    const PLAIN: &str = "plain http beyond this machine";
    const NO_PROXY: &str = "the public URL is https, but this server speaks plain http: set --trusted-proxies";
    let (https, http) = ("https://mintkey.example.com", "http://mintkey.example.com");
    let (proxies, url) = ("MINTKEY_TRUSTED_PROXIES", "MINTKEY_PUBLIC_URL");
    for (settings, warning) in [
        (&[(url, http)][..], Some(PLAIN)),
        (&[(url, https)], Some(NO_PROXY)),
        (&[(url, https), (proxies, "127.0.0.1")], None),
        (&[], None),
    ] {
        let server = Server::start_with(settings).await;
        let log = log(&server);
        assert_eq!(log.matches("WARN").count(), usize::from(warning.is_some()), "{settings:?}: {log}");
        assert!(warning.is_none_or(|warning| log.contains(warning)), "{settings:?}: {log}");
    }
    let certificate = Certificate::new();
    for settings in [&[(url, https)][..], &[]] {
        let server = start_with(&certificate, settings).await;
        assert!(!log(&server).contains("WARN"), "{}", log(&server));
    }
}
