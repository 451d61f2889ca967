//! `mintkey completions` and `mintkey man`.

use std::path::PathBuf;

use clap::{Command, ValueEnum};
use clap_complete::{Shell, generate};
use clap_complete_nushell::Nushell;

use crate::{Failure, output};

/// A shell whose completions can be printed.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub(crate) enum CompletionShell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
    Nushell,
}

/// Prints the completions of a shell.
pub(crate) fn completions(mut command: Command, shell: CompletionShell) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut write = |shell: Shell| generate(shell, &mut command, "mintkey", &mut script);
    match shell {
        CompletionShell::Bash => write(Shell::Bash),
        CompletionShell::Zsh => write(Shell::Zsh),
        CompletionShell::Fish => write(Shell::Fish),
        CompletionShell::Powershell => write(Shell::PowerShell),
        CompletionShell::Elvish => write(Shell::Elvish),
        CompletionShell::Nushell => generate(Nushell, &mut command, "mintkey", &mut script),
    }
    output::text(&String::from_utf8_lossy(&script))
}

/// Writes a manual page for each command into a folder.
pub(crate) fn manual_pages(command: Command, folder: &PathBuf) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .map_err(|error| Failure::Refused(format!("{}: {error}", folder.display())))
}
