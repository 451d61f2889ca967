//! Request types. `deserr` deserializes them and `utoipa` describes them, so that each field is declared only once.

#![expect(clippy::option_option, reason = "a field that is left out, null, or has a value are three requests")]

mod certificate;
mod errors;
mod input;
mod kubeconfig;
mod lists;
mod organizations;
mod service_accounts;
mod tokens;
mod values;

pub use certificate::*;
pub use errors::*;
pub use input::*;
pub use kubeconfig::*;
pub use lists::*;
pub use organizations::*;
pub use service_accounts::*;
pub use tokens::*;
pub use values::*;
