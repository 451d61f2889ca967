//! What the store promises, on both engines.
//!
//! `MINTKEY_TEST_POSTGRES` names a `PostgreSQL` database in which each test makes a schema of its own;
//! `off` leaves that half out.

#[cfg(test)]
mod suite;
