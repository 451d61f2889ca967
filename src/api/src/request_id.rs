//! The id of a request: what an answer and the log have in common.

use std::{
    cell::Cell,
    hash::{BuildHasher, RandomState},
    time::{SystemTime, UNIX_EPOCH},
};

use http::HeaderValue;
use uuid::{Builder, Uuid};

thread_local! {
    /// The state of a small generator per thread, seeded by the operating system. An id has to be unique, not secret;
    /// so no request pays for a system call.
    static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(0x6d69_6e74_6b65_7921_u64));
}

/// A new version 7 UUID (RFC 9562 section 5.7).
pub(crate) fn next() -> Uuid {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis());
    let mut random = [0; 10];
    random[..8].copy_from_slice(&scramble().to_be_bytes());
    random[8..].copy_from_slice(&scramble().to_be_bytes()[..2]);
    Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or(0), &random).into_uuid()
}

/// As the value of `X-Request-Id`.
pub(crate) fn header(id: Uuid) -> Option<HeaderValue> {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    HeaderValue::from_str(id.as_hyphenated().encode_lower(&mut text)).ok()
}

/// One step of `SplitMix64`.
fn scramble() -> u64 {
    let state = STATE.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
    STATE.set(state);
    let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_of_version_7_and_differ_on_every_thread() {
        let threads: Vec<_> =
            (0..4).map(|_| std::thread::spawn(|| (0..1000).map(|_| next()).collect::<Vec<_>>())).collect();
        let ids: HashSet<Uuid> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 4000);
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn the_header_has_the_usual_spelling() {
        let id = next();
        assert_eq!(header(id).unwrap().to_str().unwrap(), id.to_string());
    }
}
