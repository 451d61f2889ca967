//! `cargo xtask bench`.

use crate::{
    paths,
    run::{Outcome, cargo, program, run},
    serve,
};

/// Builds the server as it ships, and measures it.
pub(crate) fn bench(quick: bool) -> Outcome {
    serve::build()?;
    run(&mut cargo(&["build", "--release", "--package", "mintkey-bench"]))?;
    let file = paths::target().join("release").join(paths::executable("mintkey-bench"));
    let mut bench = program(&file.to_string_lossy(), &[]);
    if quick {
        bench.arg("--quick");
    }
    run(bench.env("MINTKEY_SERVER", paths::server()))
}
