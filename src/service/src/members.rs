//! The members of an organization: identity, role and status.

mod change;
mod hand_over;
mod invite;
mod list;
mod rename;
mod reset;

pub(crate) use invite::INVITATION_LIFETIME;
