//! `mintkey serve` speaks TLS itself.

pub(crate) mod certificate;
mod settings;

use std::{
    process::{Output, Stdio},
    time::Duration,
};

use reqwest::{Client, header};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
    time::{Instant, sleep, timeout},
};

use self::certificate::{Certificate, openssl};
use super::server::{EMAIL, PASSWORD, Server, command, send};

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A server with this certificate, and a client that trusts it.
async fn start(certificate: &Certificate) -> Server {
    start_with(certificate, &[]).await
}

pub(crate) async fn start_with(certificate: &Certificate, settings: &[(&'static str, &str)]) -> Server {
    let (file, key) = (certificate.file(), certificate.key_file());
    let files = [("MINTKEY_TLS_CERT", file.to_str().unwrap()), ("MINTKEY_TLS_KEY", key.to_str().unwrap())];
    let mut server = Server::start_with(&[&files, settings].concat()).await;
    let trusted = reqwest::Certificate::from_pem(&certificate.pem()).unwrap();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([trusted]);
    server.client = client.build().unwrap();
    server
}

fn log(server: &Server) -> String {
    String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned()
}

/// Runs `curl`, which trusts the certificate, for this path.
async fn curl(server: &Server, certificate: &Certificate, path: &str, arguments: &[&str]) -> Output {
    let port = server.url.rsplit(':').next().unwrap();
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--include", "--cacert"]).arg(certificate.file()).args(arguments);
    command.arg(format!("https://localhost:{port}{path}")).output().await.unwrap()
}

async fn is_healthy(server: &Server, certificate: &Certificate, arguments: &[&str]) -> bool {
    let output = curl(server, certificate, "/healthz", arguments).await;
    String::from_utf8_lossy(&output.stdout).starts_with("HTTP/1.1 200 OK")
}

/// Sends a request on an open connection, and reads its answer.
async fn ask(stream: &mut (impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin)) -> String {
    stream.write_all(REQUEST.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = timeout(Duration::from_secs(5), stream.read(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_answered_and_nothing_older() {
    for key in [certificate::ECDSA, certificate::RSA, &["-newkey", "ed25519"]] {
        let certificate = Certificate::of(key);
        let server = start(&certificate).await;
        assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
        assert!(is_healthy(&server, &certificate, &["--tlsv1.2", "--tls-max", "1.2"]).await, "{key:?}");
        assert!(is_healthy(&server, &certificate, &["--tlsv1.3", "--http2"]).await, "{key:?}");
        for old in ["-tls1", "-tls1_1"] {
            let arguments = ["s_client", "-connect", server.address(), old, "-cipher", "ALL:@SECLEVEL=0"];
            let output = openssl(certificate.folder.path(), &arguments);
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            let is_refused = text.contains("alert protocol version") || text.contains("alert handshake failure");
            assert!(!output.status.success() && is_refused, "{old}: {text}");
        }
    }
}

#[tokio::test]
async fn the_only_application_protocol_is_http_1_1() {
    let certificate = Certificate::new();
    let server = start(&certificate).await;
    let chosen = |offered: &str| {
        let arguments = ["s_client", "-connect", server.address(), "-alpn", offered];
        let output = openssl(certificate.folder.path(), &arguments);
        (output.status.success(), String::from_utf8_lossy(&output.stdout).contains("ALPN protocol: http/1.1"))
    };
    assert_eq!(chosen("h2,http/1.1"), (true, true));
    assert_eq!(chosen("h2"), (false, false));
}

#[tokio::test]
async fn new_files_are_for_new_connections_and_open_ones_go_on() {
    let (certificate, new) = (Certificate::new(), Certificate::of(certificate::RSA));
    let server = start(&certificate).await;
    let mut open = certificate.connect(server.address()).await.unwrap();
    assert!(ask(&mut open).await.starts_with("HTTP/1.1 200 OK"));

    certificate.overwrite(&new.pem(), &new.key_pem());
    server.log_lines_with("new connections use the new TLS certificate").await;
    assert!(ask(&mut open).await.starts_with("HTTP/1.1 200 OK"));
    let mut second = new.connect(server.address()).await.unwrap();
    assert!(ask(&mut second).await.starts_with("HTTP/1.1 200 OK"));
    assert!(!log(&server).contains("WARN"), "{}", log(&server));

    // Another file in the place of the first.
    let newest = Certificate::new();
    let replacement = certificate.folder.path().join("new.pem");
    std::fs::write(&replacement, newest.pem()).unwrap();
    std::fs::write(certificate.key_file(), newest.key_pem()).unwrap();
    std::fs::rename(&replacement, certificate.file()).unwrap();
    wait_for(async || newest.connect(server.address()).await.is_ok()).await;
    assert!(ask(&mut open).await.starts_with("HTTP/1.1 200 OK"));
}

async fn wait_for(is_true: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if is_true().await {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("it never happened");
}

#[tokio::test]
async fn files_that_dont_fit_together_are_one_warning_and_the_former_pair_stays_until_good_ones_appear() {
    let (certificate, new) = (Certificate::new(), Certificate::new());
    let old = (certificate.pem(), certificate.key_pem());
    let server = start(&certificate).await;
    certificate.overwrite(&new.pem(), &old.1);
    server.log_lines_with("the former TLS certificate stays in use").await;
    sleep(Duration::from_secs(3)).await;
    let warnings = log(&server).matches("the former TLS certificate stays in use").count();
    assert_eq!(warnings, 1, "{}", log(&server));
    assert!(new.connect(server.address()).await.is_err());
    certificate.overwrite(&old.0, &old.1);
    assert!(is_healthy(&server, &certificate, &[]).await);

    std::fs::remove_file(certificate.file()).unwrap();
    sleep(Duration::from_secs(3)).await;
    certificate.overwrite(&new.pem(), &new.key_pem());
    wait_for(async || new.connect(server.address()).await.is_ok()).await;
}

#[tokio::test]
async fn plain_http_and_garbage_are_closed_and_disturb_nobody() {
    let certificate = Certificate::new();
    let server = start(&certificate).await;
    let mut open = certificate.connect(server.address()).await.unwrap();
    let mut bytes = REQUEST.as_bytes().to_vec();
    for round in 0..50_u8 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        // The server may have closed it before all of this is written.
        let _ = stream.write_all(&bytes).await;
        let mut answer = Vec::new();
        let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.expect("closed at once");
        assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
        bytes = (0..200).map(|at: u8| at.wrapping_mul(round).wrapping_add(round)).collect();
        // A record that claims to be a handshake.
        bytes.splice(..5, [22, 3, 1, 0, 100]);
    }
    assert!(ask(&mut open).await.starts_with("HTTP/1.1 200 OK"));
    let log = log(&server);
    assert!(!log.contains("WARN") && !log.contains("ERROR") && !log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_closed_in_the_time_of_a_first_head() {
    let certificate = Certificate::new();
    let server = start(&certificate).await;
    let began = Instant::now();
    let mut silent = TcpStream::connect(server.address()).await.unwrap();
    let mut stuck = TcpStream::connect(server.address()).await.unwrap();
    stuck.write_all(&[22, 3, 1, 0, 100, 1]).await.unwrap();
    // The handshake has no time of its own.
    let mut late = certificate.connect(server.address()).await.unwrap();
    let mut buffer = [0; 1024];
    for stream in [&mut silent, &mut stuck] {
        let closed = timeout(Duration::from_secs(13), stream.read(&mut buffer)).await.expect("closed by now");
        assert!(matches!(closed, Ok(0) | Err(_)), "{closed:?}");
    }
    let closed = timeout(Duration::from_secs(3), late.read(&mut buffer)).await.expect("closed by now");
    assert_eq!(closed.unwrap(), 0, "with close_notify");
    assert!((9..14).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test]
async fn unfinished_handshakes_keep_no_newcomer_out() {
    let certificate = Certificate::new();
    let server = start_with(&certificate, &[("TEST_SHELL_LIMITS", "ulimit -n 400")]).await;
    let mut stuck = Vec::new();
    for _ in 0..500 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(&[22, 3, 1, 0, 100, 1]).await.unwrap();
        stuck.push(stream);
    }
    assert!(is_healthy(&server, &certificate, &[]).await);
    assert_eq!(log(&server).matches("WARN").count(), 1, "{}", log(&server));
}

#[tokio::test]
async fn sigterm_finishes_a_running_request_and_ends_handshakes() {
    let certificate = Certificate::new();
    let mut server = start(&certificate).await;
    let mut stuck = TcpStream::connect(server.address()).await.unwrap();
    stuck.write_all(&[22, 3, 1]).await.unwrap();
    let mut idle = certificate.connect(server.address()).await.unwrap();
    ask(&mut idle).await;
    let mut running = certificate.connect(server.address()).await.unwrap();
    let body = format!("{{\"username\": \"{EMAIL}\", \"password\": \"{PASSWORD}\"}}");
    let head = format!(
        "POST /api/v1/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    running.write_all(format!("{head}{}", &body[..10]).as_bytes()).await.unwrap();
    sleep(Duration::from_millis(300)).await;
    server.signal_end().await;
    // Each connection that ends in order ends with close_notify; without it, reading fails.
    let mut buffer = Vec::new();
    timeout(Duration::from_secs(5), idle.read_to_end(&mut buffer)).await.expect("ended at once").unwrap();
    let _ = timeout(Duration::from_secs(5), stuck.read_to_end(&mut buffer)).await.expect("ended at once");
    running.write_all(&body.as_bytes()[10..]).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(10), running.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("access_token"), "{answer}");
    assert!(server.ended().await.success());
}

#[tokio::test]
async fn requests_are_read_alike_however_records_cut_them() {
    let certificate = Certificate::new();
    let server = start(&certificate).await;
    let body = "{\n\n\"username\": \"a\",\n\"password\":\r\n \"b\"}\n";
    let post = format!(
        "POST /api/v1/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let get = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    let sly = "GET /healthz HTTP/1.1\r\nhost: a\nx: y\r\n\r\n";
    let all = [get, &post, get, get, sly].concat();
    for size in [1, 7, 64, all.len()] {
        let mut stream = certificate.connect(server.address()).await.unwrap();
        for record in all.as_bytes().chunks(size) {
            stream.write_all(record).await.unwrap();
            stream.flush().await.unwrap();
        }
        let mut answer = String::new();
        timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        let statuses: Vec<_> = answer.split("HTTP/1.1 ").skip(1).map(|part| &part[..3]).collect();
        assert_eq!(statuses, ["200", "401", "200", "200", "400"], "{size}: {answer}");
        assert!(answer.contains("problem+json"), "the refusal isn't hyper's own: {answer}");
    }
}

#[tokio::test]
async fn a_long_answer_arrives_whole_also_if_it_is_read_slowly() {
    let certificate = Certificate::new();
    let server = start(&certificate).await;
    let whole = send(server.get("/api/openapi.json")).await.text;
    assert!(whole.len() > 100_000, "{}", whole.len());
    let mut stream = certificate.connect(server.address()).await.unwrap();
    let request = "GET /api/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n";
    // Many at once, so that the server has to wait for its client.
    let requests = request.repeat(30);
    stream.write_all(requests.as_bytes()).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    let mut answers = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while answers.len() < 30 * whole.len() || !answers.ends_with(whole.as_bytes()) {
        let length = timeout(Duration::from_secs(5), stream.read(&mut buffer)).await.unwrap().unwrap();
        assert!(length > 0, "{}", answers.len());
        answers.extend_from_slice(&buffer[..length]);
    }
    let answers = String::from_utf8(answers).unwrap();
    assert_eq!(answers.matches(&whole).count(), 30);
}

#[tokio::test]
async fn a_certificate_of_anybody_disturbs_no_request() {
    let (certificate, client) = (Certificate::new(), Certificate::new());
    let server = start(&certificate).await;
    let (file, key) = (client.file(), client.key_file());
    let arguments = ["--cert", file.to_str().unwrap(), "--key", key.to_str().unwrap()];
    assert!(is_healthy(&server, &certificate, &arguments).await);
    let admin = server.admin().await;
    let authorization = format!("authorization: Bearer {}", admin.key);
    let with_key = [&arguments[..], &["--header", &authorization]].concat();
    let output = curl(&server, &certificate, "/api/v1/me", &with_key).await;
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("HTTP/1.1 200 OK"), "{output:?}");
}

#[tokio::test]
async fn a_session_begins_over_https_with_a_secure_cookie() {
    let certificate = Certificate::new();
    let server = start(&certificate).await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let reply = send(server.post("/login").header(header::ORIGIN, &server.url).form(&form)).await;
    let cookies = reply.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let cookie = cookies.into_iter().find(|cookie| cookie.contains("mintkey")).unwrap();
    assert!(cookie.starts_with("__Host-") && cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let page = send(server.get("/settings/tokens").header(header::COOKIE, cookie)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    // Another site's name for this address.
    let other =
        send(server.get("/settings/tokens").header(header::HOST, "evil.example").header(header::COOKIE, cookie)).await;
    assert_eq!(other.status, 421);
}

#[tokio::test]
async fn the_command_line_trusts_an_authority_of_its_own() {
    let certificate = Certificate::new();
    let server = start(&certificate).await;
    let admin = server.admin().await;
    let whoami = async |trusted: &str| {
        let port = server.url.rsplit(':').next().unwrap();
        let mut command = command(server.folder.path());
        command.args(["whoami", "--url", &format!("https://localhost:{port}")]).env("MINTKEY_TOKEN", &admin.key);
        command.env("SSL_CERT_FILE", trusted).stdin(Stdio::null()).output().await.unwrap()
    };
    let output = whoami(certificate.file().to_str().unwrap()).await;
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains(EMAIL), "{output:?}");
    let output = whoami(Certificate::new().file().to_str().unwrap()).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[tokio::test]
async fn metrics_stay_plain() {
    let certificate = Certificate::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let server = start_with(&certificate, &[("MINTKEY_METRICS_LISTEN", &address)]).await;
    let answer = send(server.client.get(format!("http://{address}/metrics"))).await;
    assert!(answer.status == 200 && answer.text.contains("mintkey_connections"), "{}", answer.text);
}
