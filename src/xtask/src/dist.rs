//! `cargo xtask dist`.

use std::fs;

use crate::{paths, run::Outcome, serve, smoke};

/// Builds the one executable and shows that it needs nothing else.
pub(crate) fn dist() -> Outcome {
    serve::build()?;
    let folder = paths::root().join("target").join("dist");
    let file = folder.join(paths::executable("mintkey"));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(paths::server(), &file))
        .map_err(|error| format!("can't write {}: {error}", file.display()))?;
    smoke::test(&file)?;
    println!("{} is ready", file.display());
    Ok(())
}
