//! The file that comes with a new secret: a certificate, or a kubeconfig.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mintkey_client::wire::NewCredentials;

use super::{
    global::{Format, GlobalOptions},
    secret_output::NewFile,
    terminal::note,
};
use crate::Failure;

/// A new file, or none if everything is printed.
pub(crate) struct CredentialFile {
    file: Option<NewFile>,
    /// What goes into it.
    name: &'static str,
}

impl CredentialFile {
    /// Creates the file that an option names.
    pub(crate) fn open(
        path: Option<&Path>,
        option: &'static str,
        name: &'static str,
        options: &GlobalOptions,
    ) -> Result<Self, Failure> {
        if path.is_none() && !matches!(options.format, Format::Json | Format::Yaml) {
            return Err(Failure::Usage(format!("the {name} is returned only now: add {option} FILE")));
        }
        Ok(Self { file: path.map(|path| NewFile::create(path, option)).transpose()?, name })
    }

    /// Writes the data to the file, and takes it out of what is printed. If that fails, it is lost.
    pub(crate) fn save(self, credentials: &mut NewCredentials) -> Result<(), Failure> {
        let Self { file: Some(file), name } = self else { return Ok(()) };
        let id = credentials.token.id;
        let lost = |reason: String| {
            Failure::Refused(format!(
                "{reason}. The token {id} exists and its {name} is lost: rotate it to get another"
            ))
        };
        let data = credentials.data.take().ok_or_else(|| lost(format!("the server sent no {name}")))?;
        let data = STANDARD.decode(data.expose()).map_err(|_| lost(format!("the server's {name} isn't Base64")))?;
        let path = file.path().to_owned();
        file.write(&data)
            .map_err(|error| lost(format!("the {name} can't be written to {}: {error}", path.display())))?;
        note(format_args!("The {name} is in {}.", path.display()));
        Ok(())
    }
}
