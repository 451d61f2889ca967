//! The people of an organization: who they are, what they may do here, and whether they still belong.

mod change;
mod list;
