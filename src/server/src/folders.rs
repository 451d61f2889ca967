//! The user's folders, by the XDG Base Directory Specification on macOS too.

use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

const NAME: &str = "mintkey";

/// The folder of Mintkey's settings and profiles; `None` without a home folder.
pub(crate) fn config() -> Option<PathBuf> {
    choose_base_strategy().ok().map(|folders| folders.config_dir().join(NAME))
}

/// The folder of Mintkey's database; `None` without a home folder.
pub(crate) fn data() -> Option<PathBuf> {
    choose_base_strategy().ok().map(|folders| folders.data_dir().join(NAME))
}

/// The folder of what can be lost, such as access tokens; `None` without a home folder.
pub(crate) fn cache() -> Option<PathBuf> {
    choose_base_strategy().ok().map(|folders| folders.cache_dir().join(NAME))
}
