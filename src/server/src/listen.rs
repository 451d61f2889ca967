//! Connections: HTTP/1.1 with limits on headers, time and number, and an orderly end.

use std::{
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo, response::Response};
use http::Request;
use hyper::{
    body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
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
/// The largest part of a body that is copied at once.
const PIECE: usize = 16 * 1024;
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
    let activity = Arc::new(AtomicU32::new(0));
    let counter = activity.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        counter.fetch_add(1, Ordering::Relaxed);
        // Where the doors look for it.
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answered, counter) = (router.clone().call(request), counter.clone());
        async { answered.await.map(|response| in_pieces(response, counter)) }
    });
    let mut http = http1::Builder::new();
    // Head and body are copied together and sent by one call: for small answers that takes less than gathering them.
    http.max_buf_size(HEADER_BYTES).writev(false);
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
                // The doors end a request after half this time, and each piece of a long answer that is taken counts:
                // nothing that is asked or read now is cut off.
                let now = activity.load(Ordering::Relaxed);
                if now == seen {
                    return;
                }
                seen = now;
            }
        }
    }
}

/// A large body as pieces. What is copied to be sent is kept for the next answer: a whole file would stay with each
/// connection that asked for it once.
fn in_pieces(response: Response, taken: Arc<AtomicU32>) -> Response {
    if response.body().size_hint().upper().is_some_and(|size| size <= PIECE as u64) {
        return response;
    }
    response.map(|body| Body::new(Pieces { body, rest: Bytes::new(), taken }))
}

struct Pieces {
    body: Body,
    /// Of the frame that was read last, what wasn't passed on yet.
    rest: Bytes,
    /// Counts the pieces.
    taken: Arc<AtomicU32>,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                end => return Poll::Ready(end),
            }
        }
        self.taken.fetch_add(1, Ordering::Relaxed);
        let piece = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (body, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(body.lower() + rest);
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    async fn frames(response: Response) -> Vec<Bytes> {
        let mut body = response.into_body();
        let mut frames = Vec::new();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            frames.push(frame.unwrap().into_data().unwrap());
        }
        frames
    }

    #[tokio::test]
    async fn a_large_body_is_sent_in_pieces_and_its_length_is_still_known() {
        let taken = Arc::new(AtomicU32::new(0));
        let whole: Vec<u8> = (0..50_000_u32).flat_map(u32::to_be_bytes).collect();
        let response = in_pieces(Response::new(Body::from(whole.clone())), taken.clone());
        assert_eq!(response.body().size_hint().exact(), Some(200_000));
        let frames = frames(response).await;
        assert!(frames.len() == 13 && frames.iter().all(|frame| frame.len() <= PIECE), "{}", frames.len());
        assert_eq!(frames.concat(), whole);
        assert_eq!(taken.load(Ordering::Relaxed), 13, "an answer that is being read isn't idle");
    }

    #[tokio::test]
    async fn a_small_body_is_sent_as_it_is() {
        let sent = |body| in_pieces(Response::new(body), Arc::default());
        assert_eq!(frames(sent(Body::from("small"))).await, ["small"]);
        assert!(sent(Body::empty()).body().is_end_stream());
    }
}
