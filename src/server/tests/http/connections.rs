//! What one address can do with connections alone: hold places and stay silent.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{Instant, timeout},
};

use super::server::Server;

/// A connection from an address of this machine's own.
async fn connect(server: &Server, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
    socket.connect(server.address().parse().unwrap()).await.unwrap()
}

/// What a new connection from there gets as its answer within two seconds, if anything.
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
