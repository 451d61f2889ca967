//! The write buffer of a transaction.

use std::any::Any;

use crate::{
    audit::NewAuditEvent,
    idempotency::IdempotencyRecord,
    tokens::{CountChange, Token, TokenSecret},
};

/// The buffered rows of all jobs of a group, in order.
#[derive(Default)]
pub(crate) struct Buffer {
    pub(crate) tokens: Vec<(Token, TokenSecret)>,
    /// The number of `tokens` that are written, counted from the first.
    pub(crate) tokens_written: usize,
    pub(crate) counts: Vec<CountChange>,
    pub(crate) idempotency: Vec<IdempotencyRecord>,
    /// Each event with its number of occurrences.
    pub(crate) audit: Vec<(NewAuditEvent, i64)>,
    pub(crate) hooks: Vec<Box<dyn FnOnce() + Send>>,
    /// A value that jobs computed from rows read since the last direct change.
    pub(super) cached: Option<Box<dyn Any + Send>>,
}

/// The buffer positions at the start of a job.
#[derive(Default)]
pub(super) struct Mark {
    pub(super) tokens: usize,
    counts: usize,
    idempotency: usize,
    audit: usize,
    hooks: usize,
}

impl Buffer {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            tokens: self.tokens.len(),
            counts: self.counts.len(),
            idempotency: self.idempotency.len(),
            audit: self.audit.len(),
            hooks: self.hooks.len(),
        }
    }

    /// Discards the entries after the mark.
    pub(super) fn truncate(&mut self, mark: &Mark) {
        self.tokens.truncate(mark.tokens);
        self.counts.truncate(mark.counts);
        self.idempotency.truncate(mark.idempotency);
        self.audit.truncate(mark.audit);
        self.hooks.truncate(mark.hooks);
    }
}
