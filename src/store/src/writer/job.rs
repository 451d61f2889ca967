//! A job without its types, so that jobs of all kinds can wait in one queue.

use std::pin::Pin;

use tokio::sync::oneshot;

use crate::{StoreError, Tx};

pub(super) type Running<'t> = Pin<Box<dyn Future<Output = Verdict> + Send + 't>>;

/// A job that waits.
pub(super) trait Job: Send {
    fn run(self: Box<Self>, tx: &mut Tx) -> Running<'_>;

    /// Answers without having run.
    fn refuse(self: Box<Self>, why: StoreError);

    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
}

/// What a job came to, to be answered once the group's end is known.
pub(super) struct Verdict {
    /// Whether its changes are wanted.
    pub(super) keep: bool,
    /// Sends the answer: the job's own, or that the whole group failed.
    pub(super) answer: Box<dyn FnOnce(Option<StoreError>) + Send>,
}

pub(super) struct Typed<T, E, F> {
    pub(super) work: F,
    pub(super) reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Typed<T, E, F>
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
                // Even a refusal falls with the group: it may have been the fault of a job that wasn't kept.
                // A caller that has gone doesn't want to know.
                let _ = reply.send(failure.map_or(Ok(()), Err).map_err(E::from).and(result));
            };
            Verdict { keep, answer: Box::new(answer) }
        })
    }

    fn refuse(self: Box<Self>, why: StoreError) {
        let _ = self.reply.send(Err(why.into()));
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }
}
