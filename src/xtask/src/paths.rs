//! Paths of the workspace and of build outputs.

use std::{
    env,
    path::{Path, PathBuf},
    sync::LazyLock,
};

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    // Set by `cargo run`; the compile-time path may no longer exist. This crate is at `src/xtask`, two folders down.
    let manifest_folder =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest_folder.ancestors().nth(2).unwrap_or(&manifest_folder).to_owned()
});

/// The workspace's root folder.
pub(crate) fn root() -> &'static Path {
    &ROOT
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The server of the debug build.
pub(crate) fn server() -> PathBuf {
    target().join("debug").join(executable("mintkey"))
}

/// The folder of the `dist` profile.
pub(crate) fn dist() -> PathBuf {
    target().join("dist")
}

/// The folder of the browser's files. It ignores `CARGO_TARGET_DIR`, because the server embeds the files from a fixed
/// path.
pub(crate) fn site() -> PathBuf {
    root().join("target").join("site")
}

/// A cache for later runs, which may be deleted at any time.
pub(crate) fn cache() -> PathBuf {
    target().join("xtask")
}

/// The file name of an executable on this platform.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
