//! Smoke test of an executable in an empty folder without settings: it responds, has the browser's files embedded, and
//! stops on SIGTERM.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    paths,
    run::{Outcome, program, read, run},
};

/// Timeout of a start or a stop.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Runs the smoke test on a copy of the file.
pub(crate) fn test(file: &Path) -> Outcome {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let copy = folder.path().join(paths::executable("mintkey"));
    fs::copy(file, &copy).map_err(|error| format!("can't copy to {}: {error}", copy.display()))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let mut server = Command::new(&copy)
        .args(["serve", "--listen", &address.to_string(), "--database-url", "sqlite:mintkey.db"])
        .env_clear()
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("the server could not be started: {error}"))?;
    let checked = check(address, &mut server);
    let stopped = stop(&mut server);
    checked.and(stopped)
}

/// A free port.
pub(crate) fn free_port() -> Outcome<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}

/// Sends a signal to a process and waits for its exit.
pub(crate) fn terminate(child: &mut Child, signal: &str) -> Outcome<Option<i32>> {
    let id = child.id().to_string();
    run(&mut program("kill", &[signal, &id]))?;
    let start = Instant::now();
    while start.elapsed() < TIMEOUT {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.code()),
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            Err(error) => return Err(error.to_string()),
        }
    }
    // Kills the process after the timeout.
    child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
    Err(format!("process {id} didn't stop within {} seconds", TIMEOUT.as_secs()))
}

/// Stops the server gracefully, and checks its exit code.
pub(crate) fn stop(server: &mut Child) -> Outcome {
    if server.try_wait().is_ok_and(|status| status.is_some()) {
        return Err("the server exited unexpectedly".into());
    }
    match terminate(server, "-TERM")? {
        Some(0) => Ok(()),
        code => Err(format!("after SIGTERM the server ended with {code:?} instead of 0")),
    }
}

/// Waits until the server responds.
pub(crate) fn wait(address: SocketAddr, server: &mut Child) -> Outcome {
    let start = Instant::now();
    while get(address, "/healthz").is_err() {
        if start.elapsed() > TIMEOUT || server.try_wait().is_ok_and(|status| status.is_some()) {
            return Err("the server didn't start".into());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn check(address: SocketAddr, server: &mut Child) -> Outcome {
    wait(address, server)?;
    expect(address, "/healthz", &["200"])?;

    let manifest = read(&paths::site().join("manifest.json"))?;
    let names: BTreeMap<String, String> =
        serde_json::from_slice(&manifest).map_err(|error| format!("the manifest is broken: {error}"))?;
    let name = names.get("mintkey_bg.wasm").ok_or("the manifest lists no wasm")?;
    let headers = ["200", "content-encoding: br", "content-type: application/wasm", "immutable"];
    expect(address, &format!("/assets/{name}"), &headers)
}

/// Requests a path. The response's head must contain all of these parts.
fn expect(address: SocketAddr, path: &str, parts: &[&str]) -> Outcome {
    let head = get(address, path).map_err(|error| format!("GET {path}: {error}"))?.to_lowercase();
    match parts.iter().find(|part| !head.contains(**part)) {
        None => Ok(()),
        Some(part) => Err(format!("the answer to GET {path} lacks `{part}`:\n{head}")),
    }
}

/// The status line and headers of the response.
fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip, br\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    Ok(text.split("\r\n\r\n").next().unwrap_or_default().to_owned())
}
