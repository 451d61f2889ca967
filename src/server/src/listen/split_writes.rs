//! Sends large bodies in several writes.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{body::Body, response::Response};
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};

use super::connections::Activity;

/// Maximum number of bytes that are written at once.
const MAX_WRITE: usize = 16 * 1024;

/// Splits a large body into several writes. Hyper keeps its write buffer for later responses, so otherwise each connection
/// would keep a buffer as large as the largest file that it sent.
pub(super) fn split_writes(response: Response, activity: &Arc<Activity>) -> Response {
    if response.body().size_hint().upper().is_some_and(|size| size <= MAX_WRITE as u64) {
        return response;
    }
    response.map(|body| Body::new(SplitWrites { body, rest: Bytes::new(), activity: activity.clone() }))
}

struct SplitWrites {
    body: Body,
    /// The unsent rest of the last frame.
    rest: Bytes,
    /// Counts writes as activity.
    activity: Arc<Activity>,
}

impl HttpBody for SplitWrites {
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
        self.activity.record();
        let length = self.rest.len().min(MAX_WRITE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
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
        let activity = Arc::new(Activity::default());
        let whole: Vec<u8> = (0..50_000_u32).flat_map(u32::to_be_bytes).collect();
        let response = split_writes(Response::new(Body::from(whole.clone())), &activity);
        assert_eq!(response.body().size_hint().exact(), Some(200_000));
        let frames = frames(response).await;
        assert!(frames.len() == 13 && frames.iter().all(|frame| frame.len() <= MAX_WRITE), "{}", frames.len());
        assert_eq!(frames.concat(), whole);
        assert_eq!(activity.count(), 13, "an answer that is being read isn't idle");
    }

    #[tokio::test]
    async fn a_small_body_is_sent_as_it_is() {
        let sent = |body| split_writes(Response::new(body), &Arc::default());
        assert_eq!(frames(sent(Body::from("small"))).await, ["small"]);
        assert!(sent(Body::empty()).body().is_end_stream());
    }
}
