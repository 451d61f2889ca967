//! The layer around every handler: [`respond`], which lets only authorized requests through.

mod authorize;
mod respond;

pub use self::respond::refuse;
pub(crate) use self::respond::respond;
