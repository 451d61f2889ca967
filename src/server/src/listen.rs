//! Connections: HTTP/1.1 with limits on headers, time and number, and an orderly end.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{Router, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::{Semaphore, watch},
    time::{Instant, interval_at},
};
use tower::Service;

/// A connection that has asked for nothing this long is closed, whether it idles or dribbles the head of a request.
/// What has been asked is limited by the doors.
const IDLE_TIME: Duration = Duration::from_mins(1);
/// The largest head of a request: beyond it the answer is 431.
const HEADER_BYTES: usize = 32 * 1024;
/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 10_000;
/// How long what is in flight may take once an end is asked for.
const GRACE: Duration = Duration::from_secs(35);

/// Serves until SIGTERM or SIGINT, then lets what is in flight finish.
pub(crate) async fn run(listener: TcpListener, router: Router) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    // Every connection holds a receiver: when the last is gone, all are done.
    let (stop, stopped) = watch::channel(false);
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream, peer) = tokio::select! {
            accepted = accepted => match accepted {
                (place, Ok((stream, peer))) => (place, stream, peer),
                (_, Err(error)) => {
                    // Out of file descriptors, or the client is gone already: neither ends the server.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        };
        let connection = connection(stream, peer, router.clone(), stopped.clone());
        tokio::spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop((listener, stopped));
    tracing::info!("finishing what is in flight");
    stop.send_replace(true);
    if tokio::time::timeout(GRACE, stop.closed()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

/// Serves one connection to its end.
///
/// One timer watches it, not one a request: hyper's own time-out for heads is set anew with each request, which
/// costs as much as checking a key.
async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, mut stopped: watch::Receiver<bool>) {
    // Answers are small: waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let requests = Arc::new(AtomicU32::new(0));
    let service = TowerToHyperService::new(WithPeer { router, peer, requests: requests.clone() });
    let mut http = http1::Builder::new();
    http.max_buf_size(HEADER_BYTES);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let mut looks = interval_at(Instant::now() + IDLE_TIME, IDLE_TIME);
    let mut seen = 0;
    let mut ending = false;
    loop {
        tokio::select! {
            done = &mut connection => {
                if let Err(error) = done {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            _ = stopped.changed(), if !ending => {
                ending = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = looks.tick() => {
                // The doors end a request after half this time, so nothing that is asked now is cut off.
                let now = requests.load(Ordering::Relaxed);
                if now == seen {
                    return;
                }
                seen = now;
            }
        }
    }
}

/// Puts the peer's address where the doors look for it, and counts.
#[derive(Clone)]
struct WithPeer {
    router: Router,
    peer: SocketAddr,
    requests: Arc<AtomicU32>,
}

impl Service<Request<Incoming>> for WithPeer {
    type Response = <Router as Service<Request<Incoming>>>::Response;
    type Error = <Router as Service<Request<Incoming>>>::Error;
    type Future = <Router as Service<Request<Incoming>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::<Request<Incoming>>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, mut request: Request<Incoming>) -> Self::Future {
        self.requests.fetch_add(1, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.router.call(request)
    }
}
