//! Request types. `deserr` deserializes them and `utoipa` describes them, so that each field is declared only once.

#![expect(clippy::option_option, reason = "a field that is left out, null, or has a value are three requests")]

mod input;
mod lists;
mod mistakes;
mod organizations;
mod service_accounts;
mod tokens;
mod values;

pub use input::*;
pub use lists::*;
pub use mistakes::*;
pub use organizations::*;
pub use service_accounts::*;
pub use tokens::*;
pub use values::*;
