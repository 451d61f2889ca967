//! The islands' script: compiled, bound to JavaScript, and optimized.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wasm_bindgen_cli_support::Bindgen;

use super::{files::hash, optimize};
use crate::{
    paths,
    run::{Outcome, cargo, exists, output, program, read, run, write},
};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";

/// The files of the script.
pub(crate) struct Script {
    pub(crate) js: Vec<u8>,
    pub(crate) wasm: Vec<u8>,
    /// Whether `wasm-opt` has optimized the wasm.
    pub(crate) optimized: bool,
}

/// Builds the script, or takes the cached result for the same input.
pub(crate) fn build() -> Outcome<Script> {
    add_target()?;
    run(&mut cargo("build", &["--package", "mintkey-browser", "--target", TARGET, "--profile", PROFILE]))?;
    let input = paths::target().join(TARGET).join(PROFILE).join("mintkey_browser.wasm");

    let hash = hash(&[&read(&input)?, optimize::VERSIONS.as_bytes()]);
    let optimized = Cached::new(&format!("{hash}-optimized"));
    if optimized.exists() {
        return optimized.load(true);
    }
    let plain = Cached::new(&hash);
    if !plain.exists() {
        remove_old();
        bind(&input, &plain)?;
    }
    match optimize::optimize(&plain.wasm(), &optimized.wasm()) {
        Ok(()) => {
            write(&optimized.js(), &read(&plain.js())?)?;
            optimized.load(true)
        }
        Err(reason) => {
            println!("The wasm stays larger than it needs to be: {reason}.");
            plain.load(false)
        }
    }
}

/// Adds the wasm target, unless rustup has done so because of `rust-toolchain.toml`.
pub(crate) fn add_target() -> Outcome {
    let sysroot = output(&mut program("rustc", &["--print", "sysroot"]))?;
    if Path::new(&sysroot).join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    if exists("rustup", &["--version"]) {
        run(&mut program("rustup", &["target", "add", TARGET]))
    } else {
        Err(format!("the Rust target {TARGET} is missing, and rustup, which could add it, isn't there"))
    }
}

/// Writes the JavaScript loader, and the wasm without the sections that only wasm-bindgen needs.
fn bind(input: &Path, into: &Cached) -> Outcome {
    let failed = |error| format!("wasm-bindgen: {error}");
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).out_name("mintkey").typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let mut output = bindgen.web(true).and_then(Bindgen::generate_output).map_err(failed)?;
    if let Some((package, _)) = output.snippets().iter().find(|(_, files)| !files.is_empty()) {
        return Err(format!("{package} brings JavaScript files of its own, which the site doesn't carry"));
    }
    write(&into.wasm(), &output.wasm_mut().emit_wasm())?;
    write(&into.js(), output.js().as_bytes())
}

fn remove_old() {
    // A leftover folder only takes space.
    let _ = fs::remove_dir_all(paths::cache().join("wasm"));
}

/// The cached result for one input.
struct Cached(PathBuf);

impl Cached {
    fn new(name: &str) -> Self {
        Self(paths::cache().join("wasm").join(name))
    }

    fn wasm(&self) -> PathBuf {
        self.0.with_extension("wasm")
    }

    fn js(&self) -> PathBuf {
        self.0.with_extension("js")
    }

    /// The script is written last, so if it exists, both files do.
    fn exists(&self) -> bool {
        self.js().exists()
    }

    fn load(&self, optimized: bool) -> Outcome<Script> {
        Ok(Script { js: read(&self.js())?, wasm: read(&self.wasm())?, optimized })
    }
}
