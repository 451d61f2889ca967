//! Components that all pages share: the document, the shell around a page, and the building blocks of pages.

mod about;
mod badge;
mod breadcrumb;
mod card;
mod dialog;
mod document;
mod field;
mod filter;
mod icon;
mod more_choices;
mod note;
mod nothing_found;
mod number;
mod pagination;
mod role;
mod row_menu;
mod shell;
mod table;
mod time;
mod tone;

pub(crate) use about::About;
pub(crate) use badge::Badge;
pub(crate) use breadcrumb::Breadcrumb;
pub(crate) use card::Card;
pub(crate) use dialog::{ConfirmDialog, Dialog, DialogActions, SecretDialog, Urgency, Width};
pub(crate) use document::{Islands, document};
pub(crate) use field::{
    Field, FieldHelp, HiddenUsername, PasswordField, RevealButton, RevealLink, TextArea, described_by, error_of,
};
pub(crate) use filter::{ClearFilters, Filter, SearchField, StatusTabs, Tab};
pub(crate) use icon::{Icon, Mark, icons_path};
pub(crate) use more_choices::{ChoiceSearch, MoreChoices};
pub(crate) use note::{Anchors, ErrorSummary, IgnoredFilters, Note, refusal_title, sentence};
pub(crate) use nothing_found::NothingFound;
pub(crate) use number::{counted, number, size};
pub(crate) use pagination::{PageLink, Pagination, Position};
pub(crate) use role::role_name;
pub(crate) use row_menu::{DialogLink, MenuItem, PageMenu, RowMenu};
pub(crate) use shell::{Section, Shell, ShellData};
pub(crate) use table::{Actions, Column, DataTable, Direction, RowGroup, Rows, TableRegion};
pub(crate) use time::{ExactTime, LifetimeBar, RelativeTime};
pub(crate) use tone::Tone;
