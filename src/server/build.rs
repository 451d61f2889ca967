//! Ensures that the directory of the browser's files exists, so that it can be embedded.
//!
//! `cargo xtask` fills the directory before it builds the server. A plain `cargo build` or `cargo test` may run
//! earlier: the directory is then empty, and pages have no styles or scripts.

use std::{fs, path::Path};

fn main() -> std::io::Result<()> {
    let site = Path::new("../../target/site");
    let manifest = site.join("manifest.json");
    if !manifest.exists() {
        fs::create_dir_all(site.join("assets"))?;
        fs::write(&manifest, "{}")?;
    }
    // File names contain content hashes, so the manifest changes with any file.
    println!("cargo:rerun-if-changed={}", manifest.display());
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}
