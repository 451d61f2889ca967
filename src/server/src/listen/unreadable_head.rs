//! Responses to request heads that hyper can't parse. Hyper writes them itself, as a status without a body. They are
//! replaced while being written, so that they have the format of all other errors.

use std::{
    io::Write,
    pin::Pin,
    task::{Context, Poll},
};

use hyper::body::Body;
use mintkey_domain::ErrorCode;

use super::request_check::RequestCheck;

/// Maximum size of a request head in bytes. Larger ones get 431.
pub(super) const HEAD_BYTES: usize = 32 * 1024;

/// The response to send instead of hyper's own; `None` if `written` is anything else.
pub(super) fn refusal(written: &[u8], check: &RequestCheck, context: &mut Context<'_>) -> Option<Vec<u8>> {
    let status = written.strip_prefix(b"HTTP/1.")?.get(1..6)?;
    let (code, detail) = match status {
        b" 400 " => (ErrorCode::InvalidRequest, "The head of the request isn't valid HTTP/1.1.".to_owned()),
        b" 431 " => {
            let size = HEAD_BYTES / 1024;
            (ErrorCode::HeadersTooLarge, format!("The head of the request has more than {size} KiB or 100 lines."))
        }
        _ => return None,
    };
    let text = std::str::from_utf8(written).ok()?;
    // Each answer that isn't hyper's own has this header: `RequestCheck::add_headers` adds it.
    let (before, after) = text.split_once("content-length: 0\r\n").filter(|_| !text.contains("nosniff"))?;
    let mut response = check.unreadable(code, detail);
    // The body is in memory, so it is ready as a single frame.
    let Poll::Ready(Some(Ok(frame))) = Pin::new(response.body_mut()).poll_frame(context) else { return None };
    let body = frame.into_data().ok()?;
    let mut refusal = before.as_bytes().to_vec();
    for (name, value) in response.headers() {
        refusal.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    write!(refusal, "content-length: {}\r\n{after}", body.len()).ok()?;
    refusal.extend(body);
    Some(refusal)
}
