//! The two layers around every handler: [`respond`] outside, [`authorize`] within.

mod authorize;
mod respond;

pub(crate) use self::{authorize::authorize, respond::respond};
