//! `mintkey admin restore`.

use std::path::Path;

use mintkey_service::{Restore, check_database};

use super::{any_administrator, note, open, report};
use crate::{
    Failure,
    cli::{GlobalOptions, confirm},
    command_line::StorageOptions,
    environment, output,
    settings::Storage,
};

/// Checks a backup and replaces the database with it.
pub(super) async fn run(file: &Path, options: StorageOptions, global: &GlobalOptions) -> Result<(), Failure> {
    let database = Storage::resolve(options.clone())?.database_file;
    if !file.is_file() {
        return Err(Failure::Usage(format!("there is no backup at {}", file.display())));
    }
    let restore = Restore::prepare(&database, file).map_err(|error| Failure::Refused(error.to_string()))?;
    // The copy is checked, because a check may migrate what it reads.
    let damage = check_database(&format!("sqlite:{}", restore.copy().display())).await?;
    if damage.rows.len() + damage.file.len() > 0 {
        note(format_args!("{} is damaged, and was not restored:", file.display()));
        return report(&damage);
    }
    confirm(global, format_args!("Replace {} with {}?", database.display(), file.display()))?;
    let kept = restore
        .finish(&format!(".before-restore-{}", environment::now().seconds()))
        .map_err(|error| Failure::Refused(error.to_string()))?;
    output::line(format_args!("Restored {} from {}.", database.display(), file.display()))?;
    if let Some(kept) = kept {
        note(format_args!("The former database is in {}.", kept.display()));
    }
    note(format_args!(
        "Tokens that were invalidated or rotated after this backup work again with their old secrets. Compare with the \
         exported audit log."
    ));
    if record(file, options).await.is_err() {
        note(format_args!(
            "The restore could not be recorded in the audit log. Check that the master key belongs to this backup."
        ));
    }
    Ok(())
}

async fn record(file: &Path, options: StorageOptions) -> Result<(), Failure> {
    let service = open(options, None).await?;
    let actor = any_administrator(&service).await?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(service.record_restore(&actor, name).await?)
}
