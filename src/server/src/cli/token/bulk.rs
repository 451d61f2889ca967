//! Many tokens at once: first what would happen, then a question, then the act.

use std::collections::HashSet;

use mintkey_client::{
    Bulk, BulkAction, BulkOutcome, BulkSelection, Client, ErrorCode,
    wire::{BulkItem, BulkResult, MAX_BULK},
};

use super::super::{
    errors::IN_USE,
    global::{Format, GlobalOptions},
    print::{self, Listing, plural, printable},
    progress,
    terminal::{confirm, note},
};
use super::selection::Selection;
use crate::{Failure, output};

/// How many tokens are named before the question.
const MAX_LISTED: usize = 10;

/// What to do with many tokens.
pub(super) struct BulkRun {
    pub(super) action: BulkAction,
    pub(super) reason: Option<String>,
    pub(super) keep_access_tokens: bool,
    pub(super) force: bool,
    pub(super) dry_run: bool,
}

const LISTING: Listing<BulkItem> = Listing {
    plural: "tokens",
    columns: &[
        ("ID", |item| item.id.to_string()),
        ("LABEL", |item| item.label.clone().unwrap_or_default()),
        ("OUTCOME", |item| item.outcome.to_string()),
        ("REASON", reason),
    ],
    name: |item| item.id.to_string(),
};

fn reason(item: &BulkItem) -> String {
    match item.code {
        Some(ErrorCode::CredentialInUse) => IN_USE.to_owned(),
        _ => item.detail.clone().unwrap_or_default(),
    }
}

impl BulkRun {
    pub(super) async fn run(
        &self,
        client: &Client,
        selection: &Selection,
        options: &GlobalOptions,
    ) -> Result<(), Failure> {
        let requests = selection.requests(client).await?;
        let (mut selected, mut more) = (Vec::new(), false);
        for request in &requests {
            let answer = self.send(client, request, true).await?;
            selected.extend(answer.data);
            more |= answer.more;
        }
        if self.dry_run || selected.is_empty() {
            return print_items(options.format, selected);
        }
        let count = if more { format!("more than {}", selected.len()) } else { selected.len().to_string() };
        self.ask(options, &selected, &count)?;

        let bar = progress::bar(if more { 0 } else { selected.len() });
        let (mut items, mut tried) = (Vec::new(), HashSet::new());
        loop {
            // The tokens that were shown, and not whatever matches by now.
            let ids: Vec<_> = selected.iter().map(|item| item.id).filter(|id| tried.insert(*id)).collect();
            for ids in ids.chunks(MAX_BULK) {
                let answer = self.send(client, &BulkSelection::Ids(ids.to_vec()), false).await?;
                bar.inc(answer.data.len() as u64);
                items.extend(answer.data);
            }
            // Beyond the first thousand, the question was about all that match.
            let Some(request) = requests.last().filter(|_| more && !ids.is_empty()) else { break };
            selected = self.send(client, request, true).await?.data;
        }
        bar.finish_and_clear();
        self.report(options, items)
    }

    async fn send(&self, client: &Client, selection: &BulkSelection, dry_run: bool) -> Result<BulkResult, Failure> {
        let bulk = Bulk {
            action: self.action,
            selection: selection.clone(),
            reason: self.reason.clone(),
            keep_access_tokens: self.keep_access_tokens,
            force: self.force,
            dry_run,
        };
        Ok(client.tokens().bulk(&bulk).await?)
    }

    fn ask(&self, options: &GlobalOptions, selected: &[BulkItem], count: &str) -> Result<(), Failure> {
        if !options.yes {
            for item in selected.iter().take(MAX_LISTED) {
                note(format_args!("  {}  {}", item.id, printable(item.label.as_deref().unwrap_or("(not found)"))));
            }
            if selected.len() > MAX_LISTED {
                note(format_args!("  …"));
            }
        }
        let plural = if selected.len() == 1 { "" } else { "s" };
        match self.action {
            BulkAction::Invalidate => confirm(options, format_args!("Permanently invalidate {count} token{plural}?")),
            BulkAction::Delete => confirm(options, format_args!("Permanently delete {count} token{plural}?")),
        }
    }

    /// Prints what became of the tokens. In a table, only what was refused.
    fn report(&self, options: &GlobalOptions, items: Vec<BulkItem>) -> Result<(), Failure> {
        let done = items.iter().filter(|item| item.outcome == BulkOutcome::Done).count();
        let refused = items.len() - done;
        let word = match self.action {
            BulkAction::Invalidate => "invalidated",
            BulkAction::Delete => "deleted",
        };
        let verb = if done == 1 { "was" } else { "were" };
        if options.format == Format::Table {
            output::ignore_broken_pipe(output::line(format_args!(
                "{} {verb} {word}.",
                plural(done, "token", "tokens")
            )))?;
            let refused: Vec<_> = items.into_iter().filter(|item| item.outcome == BulkOutcome::Refused).collect();
            if !refused.is_empty() {
                output::ignore_broken_pipe(print_items(options.format, refused))?;
            }
        } else {
            output::ignore_broken_pipe(print_items(options.format, items))?;
        }
        match refused {
            0 => Ok(()),
            count => Err(Failure::Refused(plural(count, "token was refused", "tokens were refused"))),
        }
    }
}

fn print_items(format: Format, items: Vec<BulkItem>) -> Result<(), Failure> {
    print::list(format, &super::super::paging::complete(items), &LISTING)
}
