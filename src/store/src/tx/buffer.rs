//! What is gathered during a transaction and written together.

use std::any::Any;

use crate::{
    audit::NewAuditEvent,
    idempotency::IdempotencyRecord,
    tokens::{CountChange, Token, TokenSecret},
};

/// The gathered rows of all jobs of a group, in order.
#[derive(Default)]
pub(crate) struct Buffer {
    pub(crate) tokens: Vec<(Token, TokenSecret)>,
    /// How many of `tokens`, from the first, are written.
    pub(crate) tokens_written: usize,
    pub(crate) counts: Vec<CountChange>,
    pub(crate) idempotency: Vec<IdempotencyRecord>,
    /// Each with how often it happened.
    pub(crate) audit: Vec<(NewAuditEvent, i64)>,
    pub(crate) hooks: Vec<Box<dyn FnOnce() + Send>>,
    /// What jobs keep of rows that they have read since the last direct change.
    pub(super) kept: Option<Box<dyn Any + Send>>,
}

/// Where a job began.
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

    /// Forgets what came after the mark.
    pub(super) fn truncate(&mut self, mark: &Mark) {
        self.tokens.truncate(mark.tokens);
        self.counts.truncate(mark.counts);
        self.idempotency.truncate(mark.idempotency);
        self.audit.truncate(mark.audit);
        self.hooks.truncate(mark.hooks);
    }
}
