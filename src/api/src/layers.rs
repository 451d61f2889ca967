//! The two layers around every handler: [`respond`] outside, [`authorize`] inside.

mod authorize;
mod respond;

pub use self::respond::refuse;
pub(crate) use self::{authorize::authorize, respond::respond};
