//! Islands: components that run in the browser. Each takes plain values, and the page works without it.

#[cfg(feature = "hydrate")]
mod browser;
mod copy;
mod date;
mod download;
mod filter;
mod search;
mod summary;

#[cfg_attr(not(feature = "ssr"), expect(unused_imports, reason = "the browser calls islands by their exports"))]
pub(crate) use {
    copy::CopyButton, date::DateInWords, download::DownloadEnv, filter::LiveFilter, search::ScopeSearch,
    summary::Summary,
};
