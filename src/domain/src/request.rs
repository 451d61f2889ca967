//! What the outside may ask for. A request's struct is what `deserr` reads and what `utoipa` describes, so that a field is
//! said once.

#![expect(clippy::option_option, reason = "a field that is left out, null, or has a value are three requests")]

mod lists;
mod mistakes;
mod organizations;
mod service_accounts;
mod tokens;
mod values;

use deserr::Deserr;
use serde_json::{Map, Value};

pub use lists::*;
pub use mistakes::*;
pub use organizations::*;
pub use service_accounts::*;
pub use tokens::*;
pub use values::*;

use crate::FieldErrors;

/// A request, with the rules that are about several of its fields.
pub trait Input: Deserr<Mistakes> {
    /// Checks which fields came together, before their values are read: so that these mistakes are reported with the others.
    fn check_fields(_fields: &mut Map<String, Value>, _errors: &mut FieldErrors) {}
}

/// Reads a field that may be null: `Some(None)` for null itself, `None` for a field that is missing or has a mistake.
fn nullable<T, U>(field: Option<Option<T>>, parse: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match field {
        Some(Some(value)) => parse(value).map(Some),
        Some(None) => Some(None),
        None => None,
    }
}
