//! A minimal HTTP/1.1 client with keep-alive connections (RFC 9112, section 9.3), with or without TLS, sufficient to load
//! a server on loopback that responds with `Content-Length`.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::TlsConnector;

use crate::Outcome;

/// The server to load.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// `None` means plain http.
    pub(crate) tls: Option<TlsConnector>,
}

/// The parameters of a load.
pub(crate) struct Load {
    /// Number of concurrent clients. Each sends its next request after the response.
    pub(crate) clients: usize,
    pub(crate) connections: Connections,
    /// No request starts after this time.
    pub(crate) time: Duration,
    /// Maximum number of requests.
    pub(crate) count: usize,
}

/// Whether a client keeps its connection, or opens a new one for each request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connections {
    Kept,
    New,
}

/// The measurements of a load.
#[derive(Default)]
pub(crate) struct Measured {
    /// From the first request to the last response.
    pub(crate) time: Duration,
    /// The latency of each response, sorted.
    pub(crate) latencies: Vec<Duration>,
    /// The responses' bodies, if requested.
    pub(crate) bodies: Vec<String>,
}

/// Whether to keep the responses' bodies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bodies {
    Keep,
    Drop,
}

/// Loads the server. `request` returns the bytes of the nth request. A status other than 2xx is an error.
pub(crate) async fn run(
    target: &Target,
    load: &Load,
    bodies: Bodies,
    request: Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>,
) -> Outcome<Measured> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    let start = Instant::now();
    let (count, end, connections) = (load.count, start + load.time, load.connections);
    for _ in 0..load.clients {
        let (next, request, target) = (Arc::clone(&next), Arc::clone(&request), target.clone());
        clients.spawn(async move {
            let mut connection = Connection::open(&target).await?;
            let mut measured = Measured::default();
            while Instant::now() < end {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    break;
                }
                let bytes = request(n);
                let begin = Instant::now();
                if connections == Connections::New {
                    connection = Connection::open(&target).await?;
                }
                let body = connection.send(&bytes).await?;
                measured.latencies.push(begin.elapsed());
                if bodies == Bodies::Keep {
                    measured.bodies.push(String::from_utf8_lossy(body).into_owned());
                }
            }
            Outcome::Ok(measured)
        });
    }
    let mut all = Measured::default();
    while let Some(joined) = clients.join_next().await {
        let measured = joined.map_err(|error| error.to_string())??;
        all.latencies.extend(measured.latencies);
        all.bodies.extend(measured.bodies);
    }
    all.time = start.elapsed();
    all.latencies.sort_unstable();
    if all.latencies.is_empty() { Err("no request was answered in time".into()) } else { Ok(all) }
}

/// A keep-alive connection.
struct Connection {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Connection {
    async fn open(Target { address, tls }: &Target) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await.map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let stream: Box<dyn Stream> = if let Some(tls) = tls {
            let name = ServerName::try_from("localhost").map_err(|error| error.to_string())?;
            Box::new(tls.connect(name, stream).await.map_err(|error| format!("{address}: {error}"))?)
        } else {
            Box::new(stream)
        };
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and reads the complete response.
    async fn send(&mut self, request: &[u8]) -> Outcome<&[u8]> {
        self.stream.write_all(request).await.map_err(|error| error.to_string())?;
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.map_err(|error| error.to_string())?;
            if read == 0 {
                return Err("the server has closed the connection".into());
            }
            if let Some(head) = self.buffer.windows(4).position(|end| end == b"\r\n\r\n") {
                let length = content_length(&self.buffer[..head])?;
                if self.buffer.len() >= head + 4 + length {
                    return match self.buffer.get(9) {
                        Some(b'2') => Ok(&self.buffer[head + 4..]),
                        _ => Err(format!("not a 2xx answer: {}", String::from_utf8_lossy(&self.buffer))),
                    };
                }
            }
        }
    }
}

fn content_length(head: &[u8]) -> Outcome<usize> {
    let head = std::str::from_utf8(head).map_err(|error| error.to_string())?;
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .ok_or_else(|| format!("an answer without a length: {head}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_found_whatever_its_case() {
        assert_eq!(content_length(b"HTTP/1.1 200 OK\r\nCONTENT-length: 12"), Ok(12));
        assert!(content_length(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked").is_err());
    }
}
