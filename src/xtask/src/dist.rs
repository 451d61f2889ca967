//! `cargo xtask dist`.

use std::process::Command;

use crate::{
    paths,
    run::{Outcome, cargo, run},
    site, smoke,
};

/// Builds the executable, and runs the smoke test on it.
pub(crate) fn dist() -> Outcome {
    build("mintkey")?;
    let file = paths::dist().join(paths::executable("mintkey"));
    smoke::test(&file)?;
    let manual = paths::dist().join("man");
    run(Command::new(&file).arg("man").arg(&manual))?;
    println!("{} is ready", file.display());
    Ok(())
}

/// Builds a package with the `dist` profile. The site comes first, because the server embeds it.
pub(crate) fn build(package: &str) -> Outcome {
    site::build()?;
    run(&mut cargo("build", &["--profile", "dist", "--package", package]))
}
