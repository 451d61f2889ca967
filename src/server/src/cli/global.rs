//! Options that all commands over the API have.

use clap::{Args, ValueEnum};

/// Options of all commands that call a server.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Options of all commands")]
pub(crate) struct GlobalOptions {
    /// The server's address [env: MINTKEY_URL] [default: that of the profile]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The profile with the address and the token [env: MINTKEY_PROFILE] [default: `default-profile` of mintkey.yaml]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The format of the output: `json` and `yaml` are the objects of the API, `name` is what other commands take
    #[arg(
        short = 'o',
        long = "format",
        global = true,
        value_name = "FORMAT",
        default_value = "table",
        hide_default_value = true
    )]
    pub(crate) format: Format,
    /// Never prompt: a missing value is an error
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Don't ask for confirmation
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
}

/// The format of the output.
#[derive(ValueEnum, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Table,
    Json,
    Yaml,
    Name,
}

impl GlobalOptions {
    /// The option that is given, if any: commands that call no server have none of them.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        [
            ("--url", self.url.is_some()),
            ("--profile", self.profile.is_some()),
            ("--format", self.format != Format::Table),
            ("--no-input", self.no_input),
            ("--yes", self.yes),
        ]
        .into_iter()
        .find_map(|(name, given)| given.then_some(name))
    }
}
