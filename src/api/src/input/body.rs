//! Reads a body's bytes up to a limit.

use axum::body::Body;
use futures_util::StreamExt;
use http::{HeaderMap, header, request::Parts};
use mintkey_domain::{ErrorCode, Problem};

use crate::operation::RequestContext;

/// How many bytes beyond the limit are read and dropped, so that a client that is still sending gets a response.
const DRAINED: usize = 1024 * 1024;
/// The maximum number of bytes allocated in advance because of `Content-Length`.
const RESERVED: usize = 8 * 1024;

/// Reads the whole body, up to the operation's limit.
pub(crate) async fn read_body(parts: &Parts, body: Body) -> Result<Vec<u8>, Problem> {
    let context = parts.extensions.get::<RequestContext>();
    let context = context.ok_or_else(|| Problem::new(ErrorCode::Internal, "The request has no context."))?;
    read(&parts.headers, body, context.operation.max_body).await
}

async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Vec<u8>, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > most + DRAINED) {
        return Err(too_large(most));
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default().min(RESERVED));
    let mut total = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|_| Problem::new(ErrorCode::InvalidRequest, "The body ended before it was complete."))?;
        total += chunk.len();
        if total > most + DRAINED {
            break;
        }
        if total <= most {
            bytes.extend_from_slice(&chunk);
        }
    }
    if total > most { Err(too_large(most)) } else { Ok(bytes) }
}

fn too_large(most: usize) -> Problem {
    Problem::new(ErrorCode::BodyTooLarge, format!("The body may have {} KiB at most.", most / 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_BODY: usize = 256 * 1024;

    async fn read_of(length: usize) -> Result<usize, ErrorCode> {
        let chunks = futures_util::stream::iter(vec![Ok::<_, std::io::Error>(vec![b' '; length])]);
        let body = Body::from_stream(chunks);
        read(&HeaderMap::new(), body, MAX_BODY).await.map(|bytes| bytes.len()).map_err(|problem| problem.code)
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit_and_not_beyond() {
        assert_eq!(read_of(0).await, Ok(0));
        assert_eq!(read_of(MAX_BODY).await, Ok(MAX_BODY));
        assert_eq!(read_of(MAX_BODY + 1).await, Err(ErrorCode::BodyTooLarge));
        assert_eq!(read_of(MAX_BODY + DRAINED + 1).await, Err(ErrorCode::BodyTooLarge));
    }

    #[tokio::test]
    async fn an_announced_size_is_enough_to_refuse() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, "999999999999".parse().unwrap());
        let problem = read(&headers, Body::empty(), MAX_BODY).await.unwrap_err();
        assert_eq!(problem.code, ErrorCode::BodyTooLarge);
    }
}
