//! `cargo xtask dist`.

use crate::{
    paths,
    run::{Outcome, cargo, run},
    site, smoke,
};

/// Builds the one executable and shows that it needs nothing else.
pub(crate) fn dist() -> Outcome {
    build("mintkey")?;
    let file = paths::dist().join(paths::executable("mintkey"));
    smoke::test(&file)?;
    println!("{} is ready", file.display());
    Ok(())
}

/// Builds a package as it ships. The site first: the server embeds it.
pub(crate) fn build(package: &str) -> Outcome {
    site::build()?;
    run(&mut cargo("build", &["--profile", "dist", "--package", package]))
}
