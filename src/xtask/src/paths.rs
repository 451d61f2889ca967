//! Where things are.

use std::{
    env,
    path::{Path, PathBuf},
    sync::LazyLock,
};

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    // `cargo run` says where this crate lies now; where it was built may be gone. It is at `src/xtask`, two folders down.
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.ancestors().nth(2).unwrap_or(&here).to_owned()
});

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    &ROOT
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The built server.
pub(crate) fn server() -> PathBuf {
    target().join("debug").join(executable("mintkey"))
}

/// What was built as it ships.
pub(crate) fn dist() -> PathBuf {
    target().join("dist")
}

/// Where the browser's files go. The server embeds them from here, so it doesn't move with
/// `CARGO_TARGET_DIR`.
pub(crate) fn site() -> PathBuf {
    root().join("target").join("site")
}

/// What `xtask` keeps between two runs; may be deleted at any time.
pub(crate) fn cache() -> PathBuf {
    target().join("xtask")
}

/// The name of a program's file on this system.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
