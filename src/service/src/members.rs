//! The people of an organization: who they are, what they may do here, and whether they still belong.

mod change;
mod hand_over;
mod invite;
mod list;
mod rename;
mod reset;

pub(crate) use invite::INVITATION_LIFE;
