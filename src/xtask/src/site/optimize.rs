//! `wasm-opt` makes the wasm smaller. It comes as an npm package; where Node or npm is missing, the wasm stays larger.

use std::path::Path;

use crate::{
    paths,
    run::{Outcome, exists, program, run, write},
};

/// The exact version, in the words of npm's lock file.
pub(crate) const VERSIONS: &str = include_str!("../../wasm-opt/package-lock.json");
const PACKAGE: &str = include_str!("../../wasm-opt/package.json");

/// Writes a smaller wasm that does the same. An error is the reason why there is none.
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

/// Installs the locked version, once. A failure is remembered, so that a machine without network doesn't wait for
/// it at each start.
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
