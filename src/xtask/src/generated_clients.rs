//! The clients in `clients/`: generated from the OpenAPI document, compared with what is committed, and tried.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    clients::{EMAIL, PASSWORD, Server, build, executable, python, with_server},
    packages::{self, Packages},
    paths,
    run::{Outcome, program, read, run, write},
};

/// The generated folders and files below `clients/`.
const GENERATED: [&str; 2] = ["python/mintkey_client", "typescript/src/schema.ts"];

/// Generates the clients.
pub(crate) fn generate(packages: Packages) -> Outcome {
    prepare(packages, |server, python| generate_into(server, python, &folder()))
}

/// Fails unless the clients are current, and runs their examples.
pub(crate) fn check(packages: Packages) -> Outcome {
    prepare(packages, |server, python| {
        let fresh = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        // The formatter reads it.
        let settings = Path::new("python").join("pyproject.toml");
        write(&fresh.path().join(&settings), &read(&folder().join(&settings))?)?;
        generate_into(server, python, fresh.path())?;
        for name in GENERATED {
            if files(&fresh.path().join(name))? != files(&folder().join(name))? {
                return Err(format!("clients/{name} isn't current: run `cargo xtask clients`"));
            }
        }
        try_examples(server, python)
    })
}

fn prepare(packages: Packages, work: impl FnOnce(&Server, &Path) -> Outcome) -> Outcome {
    packages::install_node_modules(&folder().join("typescript"))?;
    let python = python(packages)?;
    build()?;
    with_server(|server| work(server, &python))
}

fn generate_into(server: &Server, python: &Path, target: &Path) -> Outcome {
    let document = format!("{}/api/openapi.json", server.url());
    // The generator formats with `ruff`, which is beside it.
    let path = env::join_paths(
        [python.to_owned()].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
    );
    let mut generator = Command::new(python.join("openapi-python-client"));
    generator
        .args(["generate", "--meta", "none", "--overwrite", "--fail-on-warning", "--url", &document, "--config"])
        .arg(folder().join("python").join("generator.yaml"))
        .arg("--output-path")
        .arg(target.join(GENERATED[0]))
        .env("PATH", path.map_err(|error| error.to_string())?)
        // Its files would be beside the generated ones.
        .env("RUFF_NO_CACHE", "true");
    run(&mut generator)?;
    let mut generator = program("npx", &["--no-install", "openapi-typescript", &document, "--output"]);
    run(generator.arg(target.join(GENERATED[1])).current_dir(folder().join("typescript")))
}

/// Runs the examples as a reader would: signed in by the command line.
fn try_examples(server: &Server, python: &Path) -> Outcome {
    let mintkey = |name: &str, arguments: &[&str]| {
        let mut command = Command::new(executable());
        command.args(arguments).current_dir(folder().join(name)).env("HOME", server.folder());
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    };
    let mut login = mintkey("python", &["login", "--url", &server.url()]);
    run(login.env("MINTKEY_ACCOUNT_EMAIL", EMAIL).env("MINTKEY_ACCOUNT_PASSWORD", PASSWORD))?;
    run(mintkey("python", &["exec", "--"]).arg(python.join("python")).arg("example.py"))?;
    run(program("npx", &["--no-install", "tsc"]).current_dir(folder().join("typescript")))?;
    run(&mut mintkey("typescript", &["exec", "--", "node", "dist/example.js"]))
}

fn folder() -> PathBuf {
    paths::root().join("clients")
}

/// The content of a file, or of all files below a folder, by their paths in it.
fn files(path: &Path) -> Outcome<BTreeMap<PathBuf, Vec<u8>>> {
    fn collect(root: &Path, path: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) -> Outcome {
        if path.is_file() {
            into.insert(path.strip_prefix(root).unwrap_or(path).to_owned(), read(path)?);
            return Ok(());
        }
        let entries = fs::read_dir(path).map_err(|error| format!("can't read {}: {error}", path.display()))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("can't read {}: {error}", path.display()))?;
            if entry.file_name() != "__pycache__" {
                collect(root, &entry.path(), into)?;
            }
        }
        Ok(())
    }
    let mut found = BTreeMap::new();
    collect(path, path, &mut found)?;
    Ok(found)
}
