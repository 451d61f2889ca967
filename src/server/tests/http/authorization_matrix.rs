//! Every door, knocked at by everybody: what the server itself says it can do, and what the console's sources route.

mod console;
mod operations;
mod world;
