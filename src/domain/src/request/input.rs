//! The trait of all requests.

use deserr::Deserr;
use serde_json::{Map, Value};

use super::mistakes::Mistakes;
use crate::FieldErrors;

/// A request, with rules that involve several of its fields.
pub trait Input: Deserr<Mistakes> {
    /// Checks combinations of fields before their values are parsed, so that all mistakes are reported together.
    fn check_fields(_fields: &mut Map<String, Value>, _errors: &mut FieldErrors) {}
}
