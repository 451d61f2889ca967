//! The HTTP API: authentication, the JSON API, OAuth 2, the OpenAPI document and its readable page.
//!
//! A handler is a plain axum function that translates and doesn't decide: extractors read the credential and the
//! request, one call of the service does the work, the result is the answer. The crate has five floors, and no file
//! imports from a floor above its own:
//!
//! 1. [`problem`], [`oauth_error`], [`operation`], [`refusal_floor`], [`same_origin`], [`state`]: types and
//!    problems
//! 2. [`authentication`], [`input`], [`extract`], [`layers`]: what happens before a handler
//! 3. [`v1`], [`oauth`], [`well_known`], [`documents`]: the endpoints; their tests are in `tests/http`
//! 4. [`openapi`] and [`docs`]: the OpenAPI document, from the handlers' annotations, and the page, from the document
//! 5. [`router`]: all of it together

mod authentication;
mod docs;
mod documents;
mod extract;
mod input;
mod layers;
mod oauth;
mod oauth_error;
mod openapi;
mod operation;
mod problem;
mod refusal_floor;
mod router;
mod same_origin;
mod state;
mod v1;
mod well_known;

pub use layers::refuse;
pub use router::router;
pub use state::{ApiOptions, ClientIp};
