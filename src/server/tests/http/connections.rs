//! What one address can do with connections: occupy places, send nothing, send malformed heads.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{Instant, timeout},
};

use super::server::{Server, send};

/// Connects from an address of the loopback network.
async fn connect(server: &Server, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
    socket.connect(server.address().parse().unwrap()).await.unwrap()
}

/// The response to a new connection from this address; `None` if there is none within two seconds.
async fn health_from(server: &Server, from: &str) -> Option<String> {
    let mut stream = connect(server, from).await;
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", server.address());
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    timeout(Duration::from_secs(2), stream.read_to_string(&mut answer)).await.ok()?.ok()?;
    Some(answer)
}

#[tokio::test]
async fn the_soft_limit_of_descriptors_is_raised_to_the_hard_one() {
    let server = Server::start_under("ulimit -Sn 256 && ulimit -Hn 3000").await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.process())).unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(files.split_whitespace().skip(3).take(2).collect::<Vec<_>>(), ["3000", "3000"], "{files}");
}

#[tokio::test]
async fn silent_connections_keep_no_newcomer_out() {
    let server = Server::start_under("ulimit -n 400").await;
    let mut silent = Vec::new();
    for _ in 0..500 {
        silent.push(connect(&server, "127.7.0.1").await);
    }
    for from in ["127.0.0.1", "127.8.0.1", "127.7.0.1"] {
        let answer = health_from(&server, from).await;
        assert!(answer.is_some_and(|answer| answer.starts_with("HTTP/1.1 200 ")), "from {from}");
    }
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    let warnings = log.lines().filter(|line| line.contains("WARN") && line.contains("connection")).count();
    assert_eq!(warnings, 1, "{log}");
}

#[tokio::test]
async fn a_client_in_use_keeps_its_connection_while_silent_ones_of_others_yield() {
    let server = Server::start_under("ulimit -n 400").await;
    let mut used = connect(&server, "127.0.0.1").await;
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", server.address());
    let mut silent = Vec::new();
    for _ in 0..500 {
        silent.push(connect(&server, "127.7.0.1").await);
    }
    used.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    timeout(Duration::from_secs(2), used.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn a_connection_has_ten_seconds_for_its_first_head_and_idles_longer_after_it() {
    let server = Server::start().await;
    let began = Instant::now();
    let mut silent = TcpStream::connect(server.address()).await.unwrap();
    let mut dribbling = TcpStream::connect(server.address()).await.unwrap();
    dribbling.write_all(b"GET /healthz HTTP/1.1\r\nhos").await.unwrap();
    let mut used = TcpStream::connect(server.address()).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", server.address());
    used.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = [0; 1024];
    assert!(used.read(&mut buffer).await.unwrap() > 0);
    for stream in [&mut silent, &mut dribbling] {
        let closed = timeout(Duration::from_secs(15), stream.read(&mut buffer)).await.expect("closed by now");
        assert!(matches!(closed, Ok(0) | Err(_)), "{closed:?}");
    }
    assert!(began.elapsed() >= Duration::from_secs(9));
    used.write_all(request.as_bytes()).await.unwrap();
    assert!(used.read(&mut buffer).await.unwrap() > 0);
}

/// The status line of the response to these bytes.
async fn status(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(3), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_isnt_a_request_in_origin_form_to_one_host_is_refused() {
    let server = Server::start().await;
    let head = |line: &str, rest: &str| format!("{line} HTTP/1.1\r\n{rest}connection: close\r\n\r\n");
    for (request, why) in [
        (head("CONNECT a:443", "host: a\r\n"), "CONNECT"),
        (head("CONNECT a:443", "host: a:443\r\n"), "CONNECT"),
        (head("GET http://other.example/healthz", "host: a\r\n"), "absolute form, another host"),
        (head("GET http://a/healthz", "host: a\r\n"), "absolute form"),
        (head("OPTIONS *", "host: a\r\n"), "asterisk form"),
        (head("GET /healthz", ""), "no host"),
        (head("GET /healthz", "host: a\r\nhost: a\r\n"), "two hosts"),
        (head("GET /healthz", "host:\r\n"), "an empty host"),
        (head("GET /healthz", "host: a b\r\n"), "a space"),
        (head("GET /healthz", "host: me@a\r\n"), "user information"),
        (head("GET /healthz", "host: a/b\r\n"), "a path"),
        (head("GET /healthz", "host: a:99999\r\n"), "no port"),
        (head("GET /healthz", "host: [::1\r\n"), "an open bracket"),
        ("GET /healthz HTTP/1.0\r\n\r\n".to_owned(), "HTTP/1.0 without a host"),
        ("GET /healthz HTTP/1.1\nhost: a\nconnection: close\n\n".to_owned(), "bare line feeds"),
        ("GET /healthz HTTP/1.1\r\nhost: a\r\nx-a: b\nx-c: d\r\nconnection: close\r\n\r\n".to_owned(), "one bare"),
    ] {
        let answer = status(&server, request.as_bytes()).await;
        assert!(answer.ends_with(" 400 Bad Request"), "{why}: {answer}");
    }
    let log = String::from_utf8_lossy(&server.log.lock().unwrap()).into_owned();
    assert!(!log.contains("panicked"), "{log}");
    for host in ["a", "a:8080", "A.example", "127.0.0.1", "[::1]:80"] {
        let request = head("GET /healthz", &format!("host: {host}\r\n"));
        assert_eq!(status(&server, request.as_bytes()).await, "HTTP/1.1 200 OK", "{host}");
    }
}

#[tokio::test]
async fn a_malformed_request_is_told_what_is_wrong() {
    let server = Server::start().await;
    let reply = send(server.get("/api/v1/me").header("host", "a/b")).await;
    reply.refused(400, "invalid_request");
    assert!(reply.json["detail"].as_str().unwrap().contains("`Host`"), "{}", reply.text);
}

#[tokio::test]
async fn a_head_beyond_32_kib_is_refused_however_it_arrives() {
    let server = Server::start().await;
    let head = |length: usize| {
        let long = format!("x-a: {}\r\n", "a".repeat(4000)).repeat((length - 5000) / 4007);
        let start = format!("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{long}x-b: ");
        let head = format!("{start}{}\r\n\r\n", "b".repeat(length - start.len() - 4));
        assert_eq!(head.len(), length);
        head
    };
    assert_eq!(status(&server, head(32 * 1024).as_bytes()).await, "HTTP/1.1 200 OK");
    for length in [32 * 1024 + 1, 40_000, 66_000] {
        let answer = status(&server, head(length).as_bytes()).await;
        assert_eq!(answer, "HTTP/1.1 431 Request Header Fields Too Large", "{length}");
    }
}

#[tokio::test]
async fn bodies_may_hold_any_bytes_and_requests_may_follow_each_other_at_once() {
    let server = Server::start().await;
    let body = "{\n\n\"username\": \"a\",\n\"password\":\r\n \"b\"}\n";
    let post = format!(
        "POST /api/v1/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let chunked = format!(
        "POST /api/v1/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\
         {:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let get = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all([get, &post, get, get, &chunked].concat().as_bytes()).await.unwrap();
    let mut answer = String::new();
    // The server doesn't search the end of a chunked body, so it closes the connection after the response.
    timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    let statuses: Vec<_> = answer.split("HTTP/1.1 ").skip(1).map(|part| &part[..3]).collect();
    assert_eq!(statuses, ["200", "401", "200", "200", "401"], "{answer}");
    assert!(answer.ends_with('}') && answer.contains("connection: close"), "{answer}");
    // A bare line feed is also detected in a head that follows a body.
    let sly = [&*post, "GET /healthz HTTP/1.1\r\nhost: a\nx: y\r\n\r\n"].concat();
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(sly.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.contains("HTTP/1.1 400 "), "{answer}");
}
