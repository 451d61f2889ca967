//! Connections: HTTP/1.1 with limits on heads, time and number, and an orderly end.

mod connections;
mod pieces;

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, response::Response};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    time::{Instant, interval_at, timeout},
};
use tower::Service;

use self::{
    connections::{Activity, Connections, Place},
    pieces::in_pieces,
};

const MINUTE: Duration = Duration::from_mins(1);
/// A connection whose first head isn't here by then is closed.
const FIRST_HEAD_TIME: Duration = Duration::from_secs(10);
/// A connection that has asked for nothing this long is closed, whether it idles or dribbles the head of a request.
/// What has been asked is limited by the doors.
const IDLE_TIME: Duration = MINUTE;
/// The largest head of a request: beyond it the answer is 431.
const HEADER_BYTES: usize = 32 * 1024;
/// How long what is in flight may take once an end is asked for.
const GRACE: Duration = Duration::from_secs(35);

/// What all connections of a listener are served by.
#[derive(Clone)]
struct Server {
    router: Router,
}

/// Serves until SIGTERM or SIGINT, then lets what is in flight finish.
pub(crate) async fn run(listener: TcpListener, router: Router) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let connections = Connections::new();
    let server = Server { router };
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, or the client is gone already: neither ends the server.
                    connections.warn(|| tracing::warn!(%error, "a connection could not be accepted"));
                    connections.free_one();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        };
        // Without a place, the stream is dropped: the connection is closed.
        if let Some(place) = connections.admit(peer.ip()) {
            tokio::spawn(server.clone().serve(stream, peer, place, graceful.watcher()));
        }
    }
    drop(listener);
    tracing::info!("finishing what is in flight");
    if timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

impl Server {
    /// Serves one connection to its end.
    ///
    /// One timer watches it, not one a request: hyper's own time-out for heads is set anew with each request, which
    /// costs as much as checking a key.
    async fn serve(self, stream: TcpStream, peer: SocketAddr, place: Place, watcher: Watcher) {
        // Answers are small: waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let activity = &place.activity;
        let service = service_fn(|request: Request<Incoming>| {
            activity.begin();
            self.answer(request, peer, activity)
        });
        let mut http = http1::Builder::new();
        // Head and body are copied together and sent by one call: for small answers that takes less than gathering them.
        http.max_buf_size(HEADER_BYTES).writev(false);
        let stream = TokioIo::new(stream);
        let mut connection = pin!(watcher.watch(http.serve_connection(stream, service)));
        let mut looks = interval_at(Instant::now() + FIRST_HEAD_TIME, IDLE_TIME);
        let mut seen = 0;
        loop {
            tokio::select! {
                done = &mut connection => {
                    if let Err(error) = done {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    return;
                }
                () = activity.yielded.notified() => return,
                _ = looks.tick() => {
                    // The doors end a request after half this time, and each piece of a long answer that is taken counts:
                    // nothing that is asked or read now is cut off.
                    let now = activity.count();
                    if now == seen {
                        return;
                    }
                    seen = now;
                }
            }
        }
    }

    async fn answer(
        &self,
        mut request: Request<Incoming>,
        peer: SocketAddr,
        activity: &Arc<Activity>,
    ) -> Result<Response, Infallible> {
        // Where the doors look for it.
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().call(request).await?;
        activity.end();
        Ok(in_pieces(response, activity))
    }
}
