//! Deserializes requests with `deserr`. Errors report all mistakes at once, each with its field and the expected form,
//! and never contain values from the request or a parser's own messages.

mod body;
mod untyped;

use deserr::{Deserr, IntoValue, ValuePointerRef};
use mintkey_domain::{
    FieldCode, FieldErrors,
    request::{Input, RequestErrors},
};
use serde_json::Value;

pub(crate) use self::{body::read_body, untyped::Untyped};
pub(crate) use mintkey_domain::{MAX_FIELD_ERRORS, request::printable_name};

/// A request without fields.
#[derive(Deserr)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
pub(crate) struct NoFields {}

impl Input for NoFields {}

/// Deserializes a request; `errors` are the mistakes found so far.
pub(crate) fn read<T: Input>(untyped: Untyped, mut errors: FieldErrors) -> Result<T, FieldErrors> {
    let Untyped { mut fields, repeated } = untyped;
    for name in repeated {
        errors.push(printable_name(&name), FieldCode::Duplicate, "This may be given once only.");
    }
    T::check_fields(&mut fields, &mut errors);
    match T::deserialize_from_value(Value::Object(fields).into_value(), ValuePointerRef::Origin) {
        Ok(value) if errors.is_empty() => Ok(value),
        Ok(_) => Err(errors),
        Err(RequestErrors(more)) => {
            errors.extend(more);
            Err(errors)
        }
    }
}
