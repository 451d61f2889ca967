//! Makes sure that the folder of the browser's files is there to be embedded.
//!
//! `cargo xtask` fills it before it builds the server. A plain `cargo build` or `cargo test` may come first: then the
//! folder is empty, and the pages come without style and script.

use std::{fs, path::Path};

fn main() -> std::io::Result<()> {
    let site = Path::new("../../target/site");
    let manifest = site.join("manifest.json");
    if !manifest.exists() {
        fs::create_dir_all(site.join("assets"))?;
        fs::write(&manifest, "{}")?;
    }
    // Every file is named by its content, so the manifest changes when any of them does.
    println!("cargo:rerun-if-changed={}", manifest.display());
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}
