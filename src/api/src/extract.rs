//! The extractors. They reject with an [`ApiError`](crate::problem::ApiError) that reports all mistakes at once.

mod body;
mod caller;
mod idempotent;
mod path;
mod query;

pub(crate) use self::{
    body::{JsonObject, JsonOrForm, Valid},
    caller::{Caller, ClientOrigin},
    idempotent::Idempotent,
    path::Path,
    query::{ListQuery, PageQuery},
};
