//! Type-erased jobs, so that all jobs fit in one queue.

use std::pin::Pin;

use tokio::sync::oneshot;

use crate::{StoreError, Tx};

pub(super) type Running<'t> = Pin<Box<dyn Future<Output = JobResult> + Send + 't>>;

/// A queued job.
pub(super) trait Job: Send {
    fn run(self: Box<Self>, tx: &mut Tx) -> Running<'_>;

    /// Sends an error without running the job.
    fn reject(self: Box<Self>, why: StoreError);

    /// Whether the caller stopped waiting.
    fn is_abandoned(&self) -> bool;
}

/// A job's result, sent to its caller once the group commits or fails.
pub(super) struct JobResult {
    /// Whether to keep its changes.
    pub(super) keep: bool,
    /// Sends the result: the job's own, or the group's error.
    pub(super) answer: Box<dyn FnOnce(Option<StoreError>) + Send>,
}

pub(super) struct TypedJob<T, E, F> {
    pub(super) work: F,
    pub(super) reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for TypedJob<T, E, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>> + Send,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    fn run(self: Box<Self>, tx: &mut Tx) -> Running<'_> {
        let Self { work, reply } = *self;
        let running = work(tx);
        Box::pin(async move {
            let result = running.await;
            let keep = result.is_ok();
            let answer = |failure: Option<StoreError>| {
                // A refusal fails with the group too: it may depend on a job that was rolled back. A caller that
                // stopped waiting is ignored.
                let _ = reply.send(failure.map_or(Ok(()), Err).map_err(E::from).and(result));
            };
            JobResult { keep, answer: Box::new(answer) }
        })
    }

    fn reject(self: Box<Self>, why: StoreError) {
        let _ = self.reply.send(Err(why.into()));
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }
}
