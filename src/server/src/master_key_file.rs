//! Reads the master key from its variable, a systemd credential, or a file that only its owner can read.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use mintkey_service::{Environment, MasterKey};

use crate::{
    Failure,
    setting::variable,
    settings::{MASTER_KEY_SECRET, Storage},
};

/// Reads the master key, or creates its file if there is no database yet.
pub(crate) fn load(storage: &Storage, environment: &Environment) -> Result<MasterKey, Failure> {
    let name = MASTER_KEY_SECRET.variable;
    if let Some(text) = variable(name)? {
        return MasterKey::parse(&text)
            .ok_or_else(|| Failure::Usage(format!("{name}: expected 32 bytes as base64 (44 characters) or hex (64)")));
    }
    let parse = |path: &Path, text: &str| {
        let wrong = || Failure::Usage(format!("{}: expected 32 bytes as base64 or hex", path.display()));
        MasterKey::parse(text).ok_or_else(wrong)
    };
    if let Some(path) = &storage.master_key_credential {
        // The file mode is irrelevant, because systemd protects the directory.
        let text = fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        return parse(path, &text);
    }
    let path = &storage.master_key_file;
    let failed = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    match fs::read_to_string(path) {
        Ok(text) => {
            let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(Failure::Usage(format!(
                    "{}: others can read the master key; run chmod 600 on it",
                    path.display()
                )));
            }
            parse(path, &text)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if storage.database_file.exists() {
                return Err(Failure::Usage(format!(
                    "{}: the master key of the database {} is missing; put its file back, or name it with --master-key-file",
                    path.display(),
                    storage.database_file.display()
                )));
            }
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
            }
            let key = MasterKey::generate(environment);
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
            writeln!(file, "{}", key.to_base64().as_str()).and_then(|()| file.sync_all()).map_err(failed)?;
            Ok(key)
        }
        Err(error) => Err(failed(error)),
    }
}
