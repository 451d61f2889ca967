//! What the browser loads: the script, its wasm, the style, the icons. All of it named by its content, so that
//! it can be cached for a year, and compressed once here instead of at every answer.

mod files;
mod optimize;
mod style;
mod wasm;

use std::fs;

use crate::{
    paths,
    run::{Outcome, read},
};
use files::Asset;
pub(crate) use wasm::{TARGET as WASM, add_target as add_wasm_target};

/// Maximum size of all files as transferred, in bytes: 180 KB for a first load, minus 20 KB for the page.
const BUDGET: usize = 160_000;

/// Builds `target/site`. Unchanged files are kept.
pub(crate) fn build() -> Outcome {
    let script = wasm::build()?;
    let mut assets = vec![Asset::named("mintkey.css", style::bundle(&paths::root().join("style"))?)];
    assets.extend(public()?);
    // Leptos derives both file names from one stem, so both contain the hash of the pair.
    assets.extend(Asset::pair([("mintkey.js", script.js), ("mintkey_bg.wasm", script.wasm)], "mintkey"));

    let written = files::write_site(&paths::site(), &assets)?;
    if written.changed {
        written.print();
    }
    let total = written.total();
    if total <= BUDGET {
        Ok(())
    } else if script.optimized {
        Err(format!("the site weighs {total} bytes compressed; {BUDGET} are allowed"))
    } else {
        println!("The site weighs {total} bytes compressed, over the {BUDGET} that an optimized build is held to.");
        Ok(())
    }
}

/// The files of `public/`, unmodified.
fn public() -> Outcome<Vec<Asset>> {
    let folder = paths::root().join("public");
    let entries = fs::read_dir(&folder).map_err(|error| format!("can't list {}: {error}", folder.display()))?;
    let mut assets = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            assets.push(Asset::named(&name, read(&entry.path())?));
        }
    }
    assets.sort_by(|a, b| a.logical.cmp(&b.logical));
    Ok(assets)
}
