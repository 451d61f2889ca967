//! `cargo xtask bench`.

use crate::{
    dist, paths,
    run::{Outcome, program, run},
};

/// Builds the server with the `dist` profile, and measures it.
pub(crate) fn bench(quick: bool) -> Outcome {
    for package in ["mintkey", "mintkey-bench"] {
        dist::build(package)?;
    }
    let built = |name: &str| paths::dist().join(paths::executable(name));
    let mut bench = program(&built("mintkey-bench").to_string_lossy(), &[]);
    if quick {
        bench.arg("--quick");
    }
    run(bench.env("MINTKEY_SERVER", built("mintkey")))
}
