//! Optimizes the wasm with `wasm-opt` from npm. Without Node or npm, the wasm stays larger.

use std::path::Path;

use crate::{
    paths,
    run::{Outcome, exists, program, run, write},
};

/// The lock file with the exact version.
pub(crate) const VERSIONS: &str = include_str!("../../wasm-opt/package-lock.json");
const PACKAGE: &str = include_str!("../../wasm-opt/package.json");

/// Writes the optimized wasm. An error says why it couldn't be optimized.
pub(crate) fn optimize(from: &Path, to: &Path) -> Outcome {
    if !exists("node", &["--version"]) {
        return Err("Node.js isn't installed (with it, wasm-opt would make it smaller)".into());
    }
    let folder = paths::cache().join("wasm-opt");
    let tool = folder.join("node_modules/binaryen/bin/wasm-opt");
    install(&folder, &tool)?;
    println!("Optimizing the wasm…");
    let mut node = program("node", &[]);
    run(node.arg(&tool).arg("-Oz").arg(from).arg("-o").arg(to))
}

/// Installs the locked version, once. A failure is recorded, so that a machine without network access doesn't retry on
/// each start.
fn install(folder: &Path, tool: &Path) -> Outcome {
    let stamp = folder.join("installed.json");
    if tool.exists() && std::fs::read(&stamp).is_ok_and(|lock| lock == VERSIONS.as_bytes()) {
        return Ok(());
    }
    let failed = folder.join("failed");
    if failed.exists() {
        return Err(format!("npm couldn't install wasm-opt (delete {} to try again)", failed.display()));
    }
    write(&folder.join("package.json"), PACKAGE.as_bytes())?;
    write(&folder.join("package-lock.json"), VERSIONS.as_bytes())?;
    let mut npm = program("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    match run(npm.args(["--fetch-retries=1"]).current_dir(folder)) {
        Ok(()) => write(&stamp, VERSIONS.as_bytes()),
        Err(error) => {
            write(&failed, error.as_bytes())?;
            Err(error)
        }
    }
}
