//! What all requests can do.

use deserr::Deserr;
use serde_json::{Map, Value};

use super::mistakes::Mistakes;
use crate::FieldErrors;

/// A request, with the rules that are about several of its fields.
pub trait Input: Deserr<Mistakes> {
    /// Checks which fields came together, before their values are read: so that these mistakes are reported with the others.
    fn check_fields(_fields: &mut Map<String, Value>, _errors: &mut FieldErrors) {}
}
