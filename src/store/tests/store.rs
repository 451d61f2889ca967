//! What the store promises, on both engines.
//!
//! `MINTKEY_TEST_POSTGRES` names a `PostgreSQL` database in which each test makes a schema of its own; without it, that
//! half says that it is skipped.

#[cfg(test)]
mod suite;
