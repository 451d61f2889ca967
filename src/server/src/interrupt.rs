//! Ctrl-C: a command stops where it waits, and cleans up.

use std::{io::stdin, time::Duration};

use tokio::sync::Mutex;

use crate::Failure;

/// The exit code of a program that SIGINT ends, as shells report it.
pub(crate) const INTERRUPTED: u8 = 130;
/// How long a command has for its destructors.
const CLEAN_UP: Duration = Duration::from_millis(200);

/// Held while something is done that Ctrl-C must not cut off.
static IN_PROGRESS: Mutex<()> = Mutex::const_new(());

/// Completes something before Ctrl-C takes effect: a change on the server, and what has to follow it here.
pub(crate) async fn uninterrupted<T>(work: impl Future<Output = T>) -> T {
    let _in_progress = IN_PROGRESS.lock().await;
    work.await
}

/// Runs a command until it ends, or until Ctrl-C.
pub(crate) async fn interruptible(
    command: impl Future<Output = Result<(), Failure>> + Send + 'static,
) -> Result<(), Failure> {
    // A prompt for a password turns the echo off, and is interrupted without turning it on.
    let terminal = rustix::termios::tcgetattr(stdin()).ok();
    // On a thread of its own, because a prompt blocks it.
    let mut command = tokio::spawn(command);
    tokio::select! {
        done = &mut command => match done {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        },
        Ok(()) = tokio::signal::ctrl_c() => {
            // Never released, so that nothing else begins.
            let _stopped = IN_PROGRESS.lock().await;
            command.abort();
            // Dropping the command removes files that it hasn't completed.
            let _ = tokio::time::timeout(CLEAN_UP, command).await;
            if let Some(terminal) = terminal {
                let _ = rustix::termios::tcsetattr(stdin(), rustix::termios::OptionalActions::Now, &terminal);
            }
            std::process::exit(INTERRUPTED.into());
        }
    }
}
