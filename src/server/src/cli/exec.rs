//! `mintkey exec`: runs another program with the credential in its environment.

use std::{
    ffi::{OsStr, OsString},
    process::Command,
};

use clap::Args;

use super::{connection::Connection, global::GlobalOptions};
use crate::Failure;

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  mintkey exec --profile plant-3 -- ./sync.sh\n\n\
                        The program finds the key in MINTKEY_TOKEN and the server in MINTKEY_URL.")]
pub(crate) struct Exec {
    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Exec {
    /// Replaces this process with the program; its exit code is this one's.
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options).await?;
        let (program, arguments) = self.command.split_first().expect("clap requires a command");
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("MINTKEY_URL", connection.client.origin())
            .env("MINTKEY_TOKEN", connection.token.expose())
            .env_remove("MINTKEY_ACCOUNT_PASSWORD");
        replace(&mut command, program)
    }
}

#[cfg(unix)]
fn replace(command: &mut Command, program: &OsStr) -> Result<(), Failure> {
    let error = std::os::unix::process::CommandExt::exec(command);
    Err(Failure::Usage(format!("{} can't be run: {error}", program.display())))
}

#[cfg(not(unix))]
fn replace(command: &mut Command, program: &OsStr) -> Result<(), Failure> {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => Err(Failure::Usage(format!("{} can't be run: {error}", program.display()))),
    }
}
