//! The profiles of the command line: `mintkey.yaml` in the user's config folder.

mod edit;

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File},
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use mintkey_client::{OrganizationId, SecretText};
use serde::Deserialize;

use crate::{Failure, folders};

/// The largest file that is read.
const MAX_SIZE: u64 = 1024 * 1024;

/// The file of profiles, as far as commands use it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Profiles {
    /// The profile that is used unless another is named.
    pub(crate) default_profile: Option<String>,
    /// The profiles by name.
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// One profile.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Profile {
    /// The address of the server.
    pub(crate) url: Option<String>,
    /// The organization.
    pub(crate) organization_id: Option<OrganizationId>,
    /// An API key.
    pub(crate) api_token: Option<SecretText>,
    /// Hosts besides the server's own to which `mintkey credential` gives the API key.
    pub(crate) credential_hosts: Vec<String>,
}

/// The file, and the text that it had.
pub(crate) struct ProfilesFile {
    pub(crate) path: PathBuf,
    pub(crate) profiles: Profiles,
    /// The text of the file; `None` if there is no file.
    text: Option<String>,
}

impl ProfilesFile {
    /// Reads the file. A missing one has no profiles.
    pub(crate) fn load() -> Result<Self, Failure> {
        let folder = folders::config().ok_or_else(|| {
            Failure::Usage("there is no config folder (HOME is not set): set MINTKEY_URL and MINTKEY_TOKEN".to_owned())
        })?;
        Self::read(folder.join("mintkey.yaml"))
    }

    fn read(path: PathBuf) -> Result<Self, Failure> {
        let unreadable = |reason: &dyn fmt::Display| Failure::Usage(format!("{}: {reason}", path.display()));
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { path, profiles: Profiles::default(), text: None });
            }
            Err(error) => return Err(unreadable(&error)),
        };
        let mut text = String::new();
        file.take(MAX_SIZE + 1).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
        if text.len() as u64 > MAX_SIZE {
            return Err(unreadable(&"it is larger than 1 MiB"));
        }
        let profiles = parse(&text).map_err(|reason| unreadable(&reason))?;
        Ok(Self { path, profiles, text: Some(text) })
    }

    /// Whether there is a file.
    pub(crate) fn exists(&self) -> bool {
        self.text.is_some()
    }

    /// Whether other users can read the file.
    pub(crate) fn is_readable_by_others(&self) -> bool {
        is_readable_by_others(&self.path)
    }

    /// The name of the profile to use: the named one, otherwise the default.
    pub(crate) fn name(&self, named: Option<String>) -> Option<String> {
        named.or_else(|| self.profiles.default_profile.clone())
    }
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> bool {
    false
}

/// Parses the file. The error names the place, and never shows the text, which has secrets.
fn parse(text: &str) -> Result<Profiles, String> {
    if text.trim().is_empty() {
        return Ok(Profiles::default());
    }
    let options = serde_saphyr::options! { with_snippet: false };
    // An empty document is null.
    let parsed: Result<Option<Profiles>, _> = serde_saphyr::from_str_with_options(text, options);
    parsed.map(Option::unwrap_or_default).map_err(|error| {
        let place = error.location().map(|location| format!(" at line {}", location.line())).unwrap_or_default();
        format!(
            "this isn't a file of profiles{place}: expected `default-profile`, and `profiles` with `url`, \
             `organization-id` and `api-token` for each"
        )
    })
}
