//! What the outside may ask for. A request's struct is what `deserr` reads and what `utoipa` describes, so that a field is
//! said once.

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
