//! The HTTP/1.1 server, with or without TLS, with limits on request heads, time and connections, and graceful shutdown.

mod connections;
mod request_check;
mod split_writes;
mod strict_heads;
mod tls;
mod unreadable_head;

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{extract::ConnectInfo, response::Response};
use futures_util::FutureExt as _;
use http::{HeaderValue, Request, header};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use mintkey_service::ClientCertificate;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::{Instant, Interval, interval_at, timeout},
};
use tower::Service;

use self::{
    connections::{Activity, CHUNKED, Permit},
    split_writes::split_writes,
    strict_heads::StrictHeads,
    unreadable_head::HEAD_BYTES,
};

pub(crate) use self::{
    connections::{Connections, METRICS_CONNECTIONS, raise_connection_limit},
    request_check::{Hosts, RequestCheck},
    tls::{Tls, TlsFiles},
};

/// Timeout for the handshake and the first request head of a connection.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Idle timeout of a connection, which slow request heads don't extend. Handlers limit the time of their requests.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Timeout of a graceful shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(35);

/// State shared by all connections of a listener.
#[derive(Clone)]
struct Server<S> {
    service: S,
    check: Arc<RequestCheck>,
}

/// Who is at the other end of a connection.
struct Peer {
    address: SocketAddr,
    certificate: Option<ClientCertificate>,
}

/// Serves until SIGTERM or SIGINT, then finishes running requests.
pub(crate) async fn run<S>(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    service: S,
    check: RequestCheck,
    connections: Arc<Connections>,
) -> std::io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let server = Server { service, check: Arc::new(check) };
    // Each connection has a receiver for as long as it is open.
    let (shutdown, _) = watch::channel(());
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, or the client has disconnected. Neither stops the server.
                    connections.warn(|| tracing::warn!(%error, "a connection could not be accepted"));
                    connections.free_one();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        };
        // Responses are small, so waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        // Without a permit, dropping the stream closes the connection.
        if let Some(permit) = connections.admit(peer.ip()) {
            let (server, shutdown) = (server.clone(), shutdown.subscribe());
            match &tls {
                Some(tls) => tokio::spawn(server.serve_tls(tls.clone(), stream, peer, permit, shutdown)),
                None => tokio::spawn(server.serve_plain(stream, peer, permit, shutdown)),
            };
        }
    }
    drop(listener);
    tracing::info!("shutting down: finishing running requests");
    shutdown.send_replace(());
    if timeout(SHUTDOWN_TIMEOUT, shutdown.closed()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

impl<S> Server<S>
where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible> + Clone,
{
    async fn serve_plain(self, stream: TcpStream, peer: SocketAddr, permit: Permit, shutdown: watch::Receiver<()>) {
        let peer = Peer { address: peer, certificate: None };
        let timer = timer();
        self.serve(stream, peer, permit, shutdown, timer).await;
    }

    /// Makes the handshake in the connection's own task, place and time.
    async fn serve_tls(
        self,
        tls: Arc<Tls>,
        stream: TcpStream,
        peer: SocketAddr,
        permit: Permit,
        mut shutdown: watch::Receiver<()>,
    ) {
        let mut timer = timer();
        let accepted = tokio::select! {
            accepted = tls.accept(stream) => accepted,
            () = permit.activity.evicted.notified() => return,
            _ = shutdown.changed() => return,
            _ = timer.tick() => return,
        };
        match accepted {
            Ok(stream) => {
                let peer = Peer { address: peer, certificate: tls::client_certificate(&stream) };
                self.serve(stream, peer, permit, shutdown, timer).await;
            }
            Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
        }
    }

    /// Serves one connection until it ends.
    ///
    /// One timer watches the whole connection. Hyper's own timeout for heads is reset with each request, which costs as
    /// much as checking an API key.
    async fn serve(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        peer: Peer,
        permit: Permit,
        mut shutdown: watch::Receiver<()>,
        mut timer: Interval,
    ) {
        let activity = &permit.activity;
        let service = service_fn(|request: Request<Incoming>| {
            // Not inside the future: `StrictHeads` needs the body's length before hyper polls it.
            let length = request.body().size_hint().exact();
            activity.begin(length.unwrap_or(CHUNKED));
            self.answer(request, &peer, activity)
        });
        let mut http = http1::Builder::new();
        // Copies head and body into one buffer for one write call, which is faster for small responses.
        http.max_buf_size(HEAD_BYTES).writev(false);
        let stream = TokioIo::new(StrictHeads::new(stream, activity.clone(), self.check.clone()));
        let mut connection = pin!(http.serve_connection(stream, service));
        let mut is_ending = false;
        let mut last_count = 0;
        loop {
            tokio::select! {
                done = &mut connection => {
                    if let Err(error) = done {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    return;
                }
                () = activity.evicted.notified() => return,
                _ = shutdown.changed(), if !is_ending => {
                    is_ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                _ = timer.tick() => {
                    // Handlers time out after half this interval, and each write of a long response counts as
                    // activity, so this closes only inactive connections.
                    let count = activity.count();
                    if count == last_count {
                        // Closes a connection between two requests in order, without waiting for the peer.
                        connection.as_mut().graceful_shutdown();
                        let _ = connection.now_or_never();
                        return;
                    }
                    last_count = count;
                }
            }
        }
    }

    async fn answer(
        &self,
        mut request: Request<Incoming>,
        peer: &Peer,
        activity: &Arc<Activity>,
    ) -> Result<Response, Infallible> {
        let mut response = if let Some(refusal) = self.check.refusal(&request, peer.address) {
            refusal
        } else {
            // Handlers extract these extensions.
            let extensions = request.extensions_mut();
            extensions.insert(ConnectInfo(peer.address));
            if let Some(certificate) = peer.certificate {
                extensions.insert(certificate);
            }
            self.service.clone().call(request).await?
        };
        if activity.is_body_chunked() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        self.check.add_headers(&mut response);
        activity.end();
        Ok(split_writes(response, activity))
    }
}

/// The timer of a new connection.
fn timer() -> Interval {
    interval_at(Instant::now() + FIRST_HEAD_TIMEOUT, IDLE_TIMEOUT)
}
