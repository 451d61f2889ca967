//! The HTTP API: authentication, the JSON API, OAuth 2, the OpenAPI document and the API reference page.
//!
//! Handlers are plain axum functions without business logic: extractors provide the caller and the request, one call of
//! the service does the work, and its result is the response. The crate has five layers, and no file imports from a
//! higher layer (one with a higher number):
//!
//! 1. [`problem`], [`oauth_error`], [`operation`], [`refusal_floor`], [`same_origin`], [`state`]: types and errors
//! 2. [`authentication`], [`input`], [`extract`], [`layers`]: what happens before a handler
//! 3. [`v1`], [`oauth`], [`k8s`], [`pki`], [`well_known`], [`documents`]: the endpoints; their tests are in `tests/http`
//! 4. [`openapi`] and [`docs`]: the OpenAPI document, from the handlers' annotations, and the page, from the document
//! 5. [`router`]: all routes with their middleware

mod authentication;
mod docs;
mod documents;
mod extract;
mod input;
mod k8s;
mod layers;
mod oauth;
mod oauth_error;
mod openapi;
mod operation;
mod pki;
mod problem;
mod refusal_floor;
mod router;
mod same_origin;
mod state;
mod v1;
mod well_known;

pub use layers::refuse;
pub use router::router;
pub use state::{ApiOptions, ClientCertificateOf, ClientIp};
