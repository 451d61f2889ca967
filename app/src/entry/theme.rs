//! The theme, stored in a cookie so that the server knows it before the first paint.

use axum::{Form, response::Response};
use serde::Deserialize;

use crate::web::{Theme, Visitor, redirect, same_origin};

/// Fields of the theme buttons.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct Choice {
    theme: String,
    back: String,
}

/// `POST /theme`.
pub(crate) async fn submit(visitor: Visitor, Form(choice): Form<Choice>) -> Response {
    let mut response = redirect(same_origin(&choice.back).unwrap_or("/"));
    Theme::parse(&choice.theme).store(response.headers_mut(), visitor.console.secure);
    response
}
