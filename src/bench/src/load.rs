//! A minimal HTTP/1.1 client with keep-alive connections (RFC 9112, section 9.3), sufficient to load a server on
//! loopback that responds with `Content-Length`.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::Outcome;

/// The parameters of a load.
pub(crate) struct Load {
    /// Number of concurrent connections. Each sends its next request after the response.
    pub(crate) connections: usize,
    /// No request starts after this time.
    pub(crate) time: Duration,
    /// Maximum number of requests.
    pub(crate) count: usize,
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
    address: SocketAddr,
    load: &Load,
    bodies: Bodies,
    request: Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>,
) -> Outcome<Measured> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = JoinSet::new();
    let start = Instant::now();
    let (count, end) = (load.count, start + load.time);
    for _ in 0..load.connections {
        let (next, request) = (Arc::clone(&next), Arc::clone(&request));
        connections.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut measured = Measured::default();
            while Instant::now() < end {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    break;
                }
                let bytes = request(n);
                let begin = Instant::now();
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
    while let Some(joined) = connections.join_next().await {
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
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await.map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
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
