//! The trait of all requests.

use deserr::Deserr;
use serde_json::{Map, Value};

use super::errors::RequestErrors;
use crate::FieldErrors;

/// A request, with rules that involve several of its fields.
pub trait Input: Deserr<RequestErrors> {
    /// Fields whose value isn't stored in any form. The hash of a request that may be repeated leaves them out.
    const UNSTORED: &[&str] = &[];

    /// Checks combinations of fields before their values are parsed, so that all mistakes are reported together.
    fn check_fields(_fields: &mut Map<String, Value>, _errors: &mut FieldErrors) {}
}
