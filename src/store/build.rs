//! Builds again when a migration is added: `sqlx::migrate!` only sees those that were there before.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
