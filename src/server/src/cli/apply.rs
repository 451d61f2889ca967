//! `mintkey apply`: makes scopes, service accounts and tokens as a file describes them.

mod act;
mod plan;
mod state;
mod step;

use std::path::PathBuf;

use clap::Args;

use self::{act::Executor, plan::plan, state::State, step::Step};
use super::{
    connection::Connection,
    global::{Format, GlobalOptions},
    input,
    print::{self, plural},
    terminal::{confirm, note},
};
use crate::{Failure, interrupt::uninterrupted, output};

#[derive(Args, Debug)]
#[command(after_help = "Example of a file:\n  \
    scopes:\n  - name: plants.read\n    description: Read the meters\n  \
    service_accounts:\n  - name: hall-b-gateway\n    allowed_scopes: [plants.*]\n  \
    tokens:\n  - label: gateway\n    owner: hall-b-gateway\n    scopes: [plants.read]\n    expires: 90d\n    \
    secret: {file: gateway.key}")]
pub(crate) struct Apply {
    /// The file; `-` for standard input
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// Also remove what the file doesn't name: scopes, service accounts, and tokens of its service accounts. Service
    /// accounts are decommissioned, permanently: their tokens stop, and their names stay taken.
    #[arg(long)]
    prune: bool,
    /// Print the plan, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Apply {
    /// Prints the plan and carries it out. The same file again changes nothing.
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let state = State::parse(&input::read(&self.file)?)
            .map_err(|reason| Failure::Usage(format!("{}: {reason}", self.file.display())))?;
        let connection = Connection::open(options).await?;
        let client = &connection.client;
        let steps = plan(client, &state, self.prune).await?;
        output::ignore_broken_pipe(print_plan(options.format, &steps))?;
        if self.dry_run || steps.is_empty() {
            return Ok(());
        }
        let removals = steps.iter().filter(|step| step.is_removal()).count();
        if removals > 0 {
            let tokens: i64 = steps.iter().map(Step::stopped_tokens).sum();
            let removals = plural(removals, "removal", "removals");
            confirm(
                options,
                format_args!("Carry this out, with {removals}? Tokens that stop, permanently: {tokens}."),
            )?;
        }
        let mut executor = Executor::new(client);
        for (number, step) in steps.iter().enumerate() {
            uninterrupted(executor.act(step)).await.map_err(|failure| match failure {
                Failure::Refused(line) => Failure::Refused(format!(
                    "{number} of {} steps are done, and then: {line}. Once that is mended, run the same command again to continue",
                    steps.len()
                )),
                failure => failure,
            })?;
        }
        note(format_args!("Done."));
        Ok(())
    }
}

fn print_plan(format: Format, steps: &[Step]) -> Result<(), Failure> {
    match format {
        Format::Json | Format::Yaml => {
            let steps: Vec<_> = steps.iter().map(Step::description).collect();
            output::text(&print::text(format, &serde_json::json!({"data": steps}))?)
        }
        Format::Table | Format::Name => {
            if steps.is_empty() {
                note(format_args!("Nothing to change."));
            }
            steps.iter().try_for_each(|step| output::line(format_args!("{}", print::printable(&step.to_string()))))
        }
    }
}
