//! Reading what was sent. All mistakes are noted at once, each by field and expected form; no value, and no parser's
//! own message, is ever passed on.

mod body;
mod entries;
mod fields;
mod idempotency;
mod query;

pub(crate) use self::{
    body::{MAX_BODY, MAX_SIGN_IN_BODY, read_body},
    entries::entries,
    fields::Fields,
    idempotency::idempotency_key,
    query::Query,
};

/// The most mistakes that one answer lists: a body can hold thousands of unknown fields.
const MAX_MISTAKES: usize = 50;
/// The longest name of an unknown field that is repeated. All known names are shorter, and every secret is longer.
const MAX_NAME: usize = 40;

/// The name of an unknown field, if it can be said: a secret that was put in its place isn't repeated.
fn sayable(name: &str) -> String {
    let plain = !name.is_empty()
        && name.len() <= MAX_NAME
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.[]".contains(&b));
    if plain { name.to_owned() } else { "(unnamed)".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_secrets_are_not_repeated() {
        assert_eq!(sayable("colour"), "colour");
        for name in ["", "a b", "ä", &"x".repeat(41)] {
            assert_eq!(sayable(name), "(unnamed)");
        }
    }
}
