//! A body's bytes, held to the limit.

use axum::body::Body;
use futures_util::StreamExt;
use http::{HeaderMap, header};
use mintkey_domain::{ErrorCode, Problem};

/// The most bytes of a body: 256 KiB.
pub(crate) const MAX_BODY: usize = 256 * 1024;
/// The same of what signs a caller in: until then, anybody may leave bodies unfinished.
pub(crate) const MAX_SIGN_IN_BODY: usize = 8 * 1024;
/// How much beyond the limit is read and thrown away, so that a client that is still sending gets to see the answer.
const PATIENCE: usize = 1024 * 1024;

/// Reads the whole body, of so many bytes at most.
pub(crate) async fn read_body(headers: &HeaderMap, body: Body, most: usize) -> Result<Vec<u8>, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > most + PATIENCE) {
        return Err(too_large(most));
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default().min(MAX_SIGN_IN_BODY));
    let mut total = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|_| Problem::new(ErrorCode::InvalidRequest, "The body ended before it was complete."))?;
        total += chunk.len();
        if total > most + PATIENCE {
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

    async fn read(length: usize) -> Result<usize, ErrorCode> {
        let chunks = futures_util::stream::iter(vec![Ok::<_, std::io::Error>(vec![b' '; length])]);
        let body = Body::from_stream(chunks);
        read_body(&HeaderMap::new(), body, MAX_BODY).await.map(|bytes| bytes.len()).map_err(|problem| problem.code)
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit_and_not_beyond() {
        assert_eq!(read(0).await, Ok(0));
        assert_eq!(read(MAX_BODY).await, Ok(MAX_BODY));
        assert_eq!(read(MAX_BODY + 1).await, Err(ErrorCode::BodyTooLarge));
        assert_eq!(read(MAX_BODY + PATIENCE + 1).await, Err(ErrorCode::BodyTooLarge));
    }

    #[tokio::test]
    async fn an_announced_size_is_enough_to_refuse() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, "999999999999".parse().unwrap());
        let problem = read_body(&headers, Body::empty(), MAX_BODY).await.unwrap_err();
        assert_eq!(problem.code, ErrorCode::BodyTooLarge);
    }
}
