//! Calls every operation of the OpenAPI document and every form of the console as every kind of user.

mod console;
mod fixture;
mod operations;
