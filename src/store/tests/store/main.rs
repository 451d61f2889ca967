//! Tests of the store on both engines.
//!
//! `MINTKEY_TEST_POSTGRES` names a `PostgreSQL` database in which each test creates its own schema; without it, those
//! tests report that they are skipped.

#![expect(clippy::unwrap_used, reason = "a failed `unwrap` is how a test fails")]

#[macro_use]
mod harness;
mod make;

mod audit;
mod client_keys;
mod constraints;
mod counts;
mod damage;
mod filters;
mod hand_over;
mod idempotency;
mod imported;
mod jobs;
mod kubeconfigs;
mod life;
mod one_file;
mod paging;
mod schema;
mod sessions;
mod tables;
mod tenants;
mod texts;
mod uses;
