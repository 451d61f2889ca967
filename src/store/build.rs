//! Rebuilds when a migration is added: `sqlx::migrate!` only sees those that existed at compile time.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
