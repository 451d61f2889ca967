//! Parses request heads more strictly than hyper: lines must end with CR LF (RFC 9112 section 2.2 allows this), a head
//! has at most 32 KiB, and a request target has no fragment (section 3.2), which hyper drops. Recipients that disagree on
//! where a line or a request ends allow request smuggling.
//!
//! The stream passes on one head, then its body, then the next head, never across such a boundary, so it knows which
//! line feeds belong to a head. It replaces a bare one with NUL, which no head may contain, and ends the head there;
//! hyper responds with 400.

use std::{
    io::{ErrorKind, IoSlice, Result},
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll, ready},
};

use memchr::memchr;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    connections::{Activity, CHUNKED},
    request_check::RequestCheck,
    unreadable_head::{self, HEAD_BYTES},
};

pub(super) struct StrictHeads<S> {
    stream: S,
    activity: Arc<Activity>,
    next: Next,
    /// Bytes that were read beyond the boundary.
    rest: Vec<u8>,
    check: Arc<RequestCheck>,
    /// Remaining bytes of the response that replaces hyper's own.
    refusal: Vec<u8>,
}

/// Completes a refused head, so that hyper doesn't wait for its end.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// The kind of the next bytes.
enum Next {
    Head(Head),
    /// The end of a head that was cut off at a bare line feed.
    Refused,
    /// A head was passed on. Whether it has a body is known after hyper has parsed it.
    Unknown,
    /// This number of bytes of a body.
    Body(u64),
    /// A chunked body, or the bytes after a refused head. The stream doesn't search the end, because the connection
    /// closes after the request.
    Chunked,
}

/// The parse state of a head.
#[derive(Default)]
struct Head {
    bytes: usize,
    /// Bytes of the current line.
    line: usize,
    /// Whether the last byte was a CR.
    cr: bool,
    /// Whether a non-empty line was read. Empty lines before a request are ignored (section 2.2).
    began: bool,
}

/// What follows the bytes of a head.
#[derive(Debug, PartialEq, Eq)]
enum Then {
    More,
    Body,
    Refusal,
}

impl Head {
    /// Returns how many of the bytes belong to this head, and what follows them.
    fn take(&mut self, bytes: &mut [u8]) -> (usize, Then) {
        let room = HEAD_BYTES.saturating_sub(self.bytes).min(bytes.len());
        let mut from = 0;
        while let Some(length) = memchr(b'\n', &bytes[from..room]) {
            let at = from + length;
            self.spoil_fragment(&mut bytes[from..at]);
            let after_cr = if length > 0 { bytes[at - 1] == b'\r' } else { self.cr };
            if !after_cr {
                bytes[at] = 0;
                return (at + 1, Then::Refusal);
            }
            let is_empty = self.line + length <= 1;
            (self.line, self.cr) = (0, false);
            from = at + 1;
            if is_empty && self.began {
                return (from, Then::Body);
            }
            self.began |= !is_empty;
        }
        if from < room {
            self.spoil_fragment(&mut bytes[from..room]);
            self.line += room - from;
            self.cr = bytes[room - 1] == b'\r';
        }
        self.bytes += room;
        // Passes on nothing beyond the limit, where hyper rejects the head.
        (room, Then::More)
    }

    /// Replaces the `#` of a fragment in the request line, so that hyper rejects it.
    fn spoil_fragment(&self, line: &mut [u8]) {
        if !self.began
            && let Some(at) = memchr(b'#', line)
        {
            line[at] = 0;
        }
    }
}

impl<S> StrictHeads<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>, check: Arc<RequestCheck>) -> Self {
        let next = Next::Head(Head::default());
        Self { stream, activity, next, rest: Vec::new(), check, refusal: Vec::new() }
    }

    /// Returns how many of the bytes may be passed on now.
    fn take(&mut self, bytes: &mut [u8]) -> usize {
        if matches!(self.next, Next::Unknown) {
            self.next = match self.activity.body.load(Ordering::Relaxed) {
                0 => Next::Head(Head::default()),
                CHUNKED => Next::Chunked,
                length => Next::Body(length),
            };
        }
        match &mut self.next {
            Next::Head(head) => {
                let (taken, then) = head.take(bytes);
                match then {
                    Then::More => {}
                    Then::Body => self.next = Next::Unknown,
                    Then::Refusal => self.next = Next::Refused,
                }
                taken
            }
            Next::Body(left) => {
                let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= taken as u64;
                if *left == 0 {
                    self.next = Next::Head(Head::default());
                }
                taken
            }
            Next::Chunked | Next::Unknown | Next::Refused => bytes.len(),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for StrictHeads<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        if matches!(this.next, Next::Refused) {
            buffer.put_slice(&END_OF_HEAD[..END_OF_HEAD.len().min(buffer.remaining())]);
            this.next = Next::Chunked;
        } else if this.rest.is_empty() {
            ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
            let taken = this.take(&mut buffer.filled_mut()[before..]);
            this.rest.extend_from_slice(&buffer.filled()[before + taken..]);
            buffer.set_filled(before + taken);
        } else {
            let most = this.rest.len().min(buffer.remaining());
            let mut rest = std::mem::take(&mut this.rest);
            let taken = this.take(&mut rest[..most]);
            buffer.put_slice(&rest[..taken]);
            rest.drain(..taken);
            this.rest = rest;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for StrictHeads<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = &mut *self;
        if this.refusal.is_empty() {
            match unreadable_head::refusal(bytes, &this.check, context) {
                Some(refusal) => this.refusal = refusal,
                None => return Pin::new(&mut this.stream).poll_write(context, bytes),
            }
        }
        // For hyper, its own answer is written once all of this one is.
        while !this.refusal.is_empty() {
            match ready!(Pin::new(&mut this.stream).poll_write(context, &this.refusal))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                written => drop(this.refusal.drain(..written)),
            }
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds a head in chunks of this size; returns what is passed on, and what follows it.
    fn taken(text: &str, piece: usize) -> (String, Then) {
        let mut head = Head::default();
        let mut out = Vec::new();
        for piece in text.as_bytes().chunks(piece) {
            let mut piece = piece.to_vec();
            let (length, then) = head.take(&mut piece);
            out.extend_from_slice(&piece[..length]);
            if then != Then::More {
                return (String::from_utf8(out).unwrap(), then);
            }
        }
        (String::from_utf8(out).unwrap(), Then::More)
    }

    #[test]
    fn a_head_ends_at_its_empty_line_however_it_arrives() {
        let head = "\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n";
        let more = format!("{head}body\n\n");
        for piece in 1..more.len() {
            assert_eq!(taken(&more, piece), (head.to_owned(), Then::Body), "{piece}");
        }
    }

    #[test]
    fn a_bare_line_feed_becomes_what_no_head_may_contain_and_ends_it() {
        for (text, out) in [
            ("GET / HTTP/1.1\nhost: a\r\n\r\n", "GET / HTTP/1.1\0"),
            ("GET / HTTP/1.1\r\nhost: a\n\r\n", "GET / HTTP/1.1\r\nhost: a\0"),
            ("GET / HTTP/1.1\r\nhost: a\r\n\n", "GET / HTTP/1.1\r\nhost: a\r\n\0"),
        ] {
            for piece in 1..text.len() {
                assert_eq!(taken(text, piece), (out.to_owned(), Then::Refusal), "{piece}");
            }
        }
    }

    #[test]
    fn a_fragment_is_spoiled_in_the_request_line_only() {
        let text = "\r\nGET /a#b HTTP/1.1\r\nhost: a#b\r\n\r\n";
        for piece in 1..=text.len() {
            assert_eq!(taken(text, piece).0, text.replacen('#', "\0", 1), "{piece}");
        }
    }

    #[test]
    fn nothing_is_handed_out_behind_the_bound() {
        let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(HEAD_BYTES));
        assert_eq!(taken(&long, 7000).0.len(), HEAD_BYTES);
        assert_eq!(taken(&long, long.len()), (long[..HEAD_BYTES].to_owned(), Then::More));
    }
}
