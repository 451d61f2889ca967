//! Where the secrets of a new or rotated token go. They are shown once.

use std::{
    fs::File,
    io::{ErrorKind, IsTerminal as _, Write as _, stdout},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use mintkey_client::{
    SecretText,
    wire::{NewCredentials, Token},
};

use super::{
    global::Format,
    print::{self, Facts},
    private_file::create_private,
    terminal::note,
    token_facts::token_facts,
};
use crate::{Failure, output};

/// Options for the secrets.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Where the secrets go")]
pub(crate) struct SecretOptions {
    /// Write the secrets to a new file that only you can read, instead of to standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the secrets as lines of a `.env` file
    #[arg(long)]
    env: bool,
    /// Copy the API key to the terminal's clipboard (OSC 52), instead of showing it
    #[arg(long, conflicts_with_all = ["output", "env"])]
    clip: bool,
}

/// The destination of the secrets, opened before the token is created, so that no secret is lost.
pub(crate) struct SecretOutput {
    format: Format,
    env: bool,
    clip: bool,
    file: Option<NewFile>,
}

/// A new file, removed unless it is kept.
pub(crate) struct NewFile {
    path: PathBuf,
    file: File,
    kept: bool,
}

impl SecretOptions {
    /// Checks the options and creates the file.
    pub(crate) fn open(&self, format: Format) -> Result<SecretOutput, Failure> {
        if self.clip && !stdout().is_terminal() {
            return Err(Failure::Usage("--clip: standard output isn't a terminal; use --output FILE".to_owned()));
        }
        if self.env && self.output.is_none() && format != Format::Table {
            return Err(Failure::Usage("--env and --format are two formats: give one of them".to_owned()));
        }
        if format == Format::Name && self.output.is_none() && !self.clip {
            let message = "-o name doesn't show the secrets, which are shown only now: add --output FILE";
            return Err(Failure::Usage(message.to_owned()));
        }
        let file = self.output.as_deref().map(|path| NewFile::create(path, "--output")).transpose()?;
        Ok(SecretOutput { format, env: self.env, clip: self.clip, file })
    }
}

impl SecretOutput {
    /// Writes the secrets and the token. If that fails, the secrets are lost, but the token exists.
    pub(crate) fn write(self, url: &str, credentials: &NewCredentials) -> Result<(), Failure> {
        let id = credentials.token.id;
        self.try_write(url, credentials).map_err(|failure| {
            let reason = match failure {
                Failure::Usage(line) | Failure::Refused(line) => line,
                Failure::BrokenPipe => "nobody read the output".to_owned(),
                Failure::Interrupted => "interrupted".to_owned(),
            };
            Failure::Refused(format!(
                "{reason}. The token {id} exists and its secrets are lost: rotate it to get others"
            ))
        })
    }

    fn try_write(self, url: &str, credentials: &NewCredentials) -> Result<(), Failure> {
        let token = &credentials.token;
        let key = shown(credentials.api_key.as_ref());
        let env = self.env.then(|| env_lines(url, credentials));
        if let Some(file) = self.file {
            let text = match (env, self.format) {
                (Some(env), _) => env,
                (None, Format::Json | Format::Yaml) => print::text(self.format, credentials)?,
                (None, Format::Table | Format::Name) => format!("{key}\n"),
            };
            let path = file.path().to_owned();
            file.write(text.as_bytes()).map_err(|error| {
                Failure::Refused(format!("the secrets can't be written to {}: {error}", path.display()))
            })?;
            note(format_args!("The secrets are in {}.", path.display()));
            return output::ignore_broken_pipe(without_secrets(self.format, token));
        }
        if self.clip {
            // The terminal takes the text between the escape sequences for its clipboard.
            output::text(&format!("\x1b]52;c;{}\x07", STANDARD.encode(key)))?;
            note(format_args!("The API key is in the clipboard, if the terminal allows it."));
            return without_secrets(self.format, token);
        }
        if let Some(env) = env {
            return output::text(&env);
        }
        print::object(self.format, credentials, &token.id.to_string(), || secret_facts(credentials))?;
        if self.format == Format::Table {
            note(format_args!(
                "The secrets are shown only now. Most clients send the API key; OAuth clients the client ID and secret."
            ));
        }
        Ok(())
    }
}

fn without_secrets(format: Format, token: &Token) -> Result<(), Failure> {
    print::object(format, token, &token.id.to_string(), || token_facts(token))
}

fn shown(secret: Option<&SecretText>) -> &str {
    secret.map_or("", SecretText::expose)
}

fn secret_facts(credentials: &NewCredentials) -> Facts {
    let mut facts = vec![
        ("Client ID", credentials.token.client_id.to_string()),
        ("Client secret", shown(credentials.client_secret.as_ref()).to_owned()),
        ("API key", shown(credentials.api_key.as_ref()).to_owned()),
    ];
    // The ID is the client ID, and the hint is of the key above.
    facts.extend(token_facts(&credentials.token).into_iter().filter(|(name, _)| !matches!(*name, "ID" | "Key")));
    facts
}

/// The variables that Mintkey's own command line reads, and those of an OAuth client.
fn env_lines(url: &str, credentials: &NewCredentials) -> String {
    format!(
        "MINTKEY_URL={url}\nMINTKEY_TOKEN={}\nMINTKEY_CLIENT_ID={}\nMINTKEY_CLIENT_SECRET={}\n",
        shown(credentials.api_key.as_ref()),
        credentials.token.client_id,
        shown(credentials.client_secret.as_ref()),
    )
}

impl NewFile {
    /// Creates the file that this option names.
    pub(crate) fn create(path: &Path, option: &str) -> Result<Self, Failure> {
        match create_private(path) {
            Ok(file) => Ok(Self { path: path.to_owned(), file, kept: false }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Err(Failure::Usage(format!("{option}: {} exists, and is never overwritten", path.display())))
            }
            Err(error) => Err(Failure::Usage(format!("{option}: {}: {error}", path.display()))),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn write(mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_all()?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.kept {
            // The token wasn't created, so nothing is lost.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
