//! Progress of long work, on standard error if that is a terminal.

use std::io::{IsTerminal as _, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar of this length; of unknown length if it is 0.
pub(crate) fn bar(length: usize) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = if length == 0 { ProgressBar::no_length() } else { ProgressBar::new(length as u64) };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}").expect("the template is valid"));
    bar
}
