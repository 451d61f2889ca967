//! The look that all pages share: the document, the frame around a page, and the pieces that pages are made of.

mod about;
mod columns;
mod dialog;
mod document;
mod field;
mod filter;
mod icon;
mod more_choices;
mod note;
mod nothing_found;
mod number;
mod pages;
mod role;
mod shell;
mod time;

pub(crate) use about::about;
pub(crate) use columns::{Column, columns, columns_and_actions, columns_and_button};
pub(crate) use dialog::{Dialog, Tone, actions, sign};
pub(crate) use document::{Islands, document};
pub(crate) use field::{Field, below, described, error_of, password, reveal_link, username};
pub(crate) use filter::{clear, filter, long_filter};
pub(crate) use icon::{icon, icons_path, mark};
pub(crate) use more_choices::ChoiceSearch;
pub(crate) use note::{Anchors, danger, error_summary, ignored_filters, plain, refusal_title, sentence, warning};
pub(crate) use nothing_found::nothing_found;
pub(crate) use number::{counted, number, size};
pub(crate) use pages::pages;
pub(crate) use role::role_name;
pub(crate) use shell::{Frame, Section, shell};
pub(crate) use time::{ago, exact_time, lifetime_bar};
