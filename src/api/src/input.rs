//! Reading what was sent, by `deserr`: all mistakes at once, each by field and expected form. No value, and no parser's
//! own message, is ever passed on.

mod body;
mod untyped;

use deserr::{Deserr, IntoValue, ValuePointerRef};
use mintkey_domain::{
    FieldCode, FieldErrors,
    request::{Input, Mistakes},
};
use serde_json::Value;

pub(crate) use self::{body::read_body, untyped::Untyped};
pub(crate) use mintkey_domain::{MAX_MISTAKES, request::printable_name};

/// What a request is that has no fields.
#[derive(Deserr)]
#[deserr(deny_unknown_fields, error = Mistakes)]
pub(crate) struct NoFields {}

impl Input for NoFields {}

/// Reads a request; `errors` are mistakes that were found before.
pub(crate) fn read<T: Input>(untyped: Untyped, mut errors: FieldErrors) -> Result<T, FieldErrors> {
    let Untyped { mut fields, repeated } = untyped;
    for name in repeated {
        errors.push(printable_name(&name), FieldCode::Duplicate, "This may be given once only.");
    }
    T::check_fields(&mut fields, &mut errors);
    match T::deserialize_from_value(Value::Object(fields).into_value(), ValuePointerRef::Origin) {
        Ok(value) if errors.is_empty() => Ok(value),
        Ok(_) => Err(errors),
        Err(Mistakes(more)) => {
            errors.extend(more);
            Err(errors)
        }
    }
}
