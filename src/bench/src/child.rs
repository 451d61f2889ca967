//! A server in its own process, and its CPU time.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Outcome, load::Target};

/// Clock ticks per second in `/proc/PID/stat`. Linux reports this rate to user space on every architecture.
const TICKS: u64 = 100;
const TIMEOUT: Duration = Duration::from_secs(20);

/// A running server, killed on drop.
pub(crate) struct Running {
    child: Child,
    pub(crate) target: Target,
}

impl Running {
    /// Starts the server and waits until its port is open.
    pub(crate) fn start(command: &mut Command, address: SocketAddr) -> Outcome<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{program} could not be started: {error}"))?;
        let mut running = Self { child, target: Target { address, tls: None } };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if start.elapsed() > TIMEOUT || running.child.try_wait().is_ok_and(|status| status.is_some()) {
                return Err(format!("{program} didn't start"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(running)
    }

    /// The CPU time of all threads so far, in user and kernel mode.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        // proc(5): `utime` and `stime` are fields 14 and 15. The second field, in parentheses, may contain spaces.
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 1000 / TICKS))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails if the process has exited already, which is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A free loopback address.
pub(crate) fn free_address() -> Outcome<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("no free port: {error}"))
}
