//! The same check over TLS: on connections that stay open, and with a handshake for each request.

use std::{env, path::Path, process::Command};

use serde_json::Value;

use super::{Config, ME, READERS, get, measure, text};
use crate::{
    Outcome, baseline,
    child::{Running, free_address},
    load::{Bodies, Connections, Load},
    report::{Series, print_head},
    tls::Certificate,
};

/// Starts both servers again, now with a certificate; Mintkey on the database with the tokens.
pub(super) async fn run(server: &Path, folder: &Path, config: &Config, tokens: &[Value]) -> Outcome {
    let certificate = Certificate::make(folder)?;
    let files = [certificate.file.as_os_str(), certificate.key_file.as_os_str()];
    let address = free_address()?;
    let mut mintkey = Running::start(
        Command::new(server)
            .args(["serve", "--listen", &address.to_string(), "--database-url", "sqlite:mintkey.db"])
            .args(["--tls-cert".as_ref(), files[0], "--tls-key".as_ref(), files[1]])
            .current_dir(folder),
        address,
    )?;
    let address = free_address()?;
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let mut baseline =
        Running::start(Command::new(this).args(["baseline", &address.to_string()]).args(files), address)?;
    mintkey.target.tls = Some(certificate.connector()?);
    baseline.target.tls = Some(certificate.connector()?);

    let keys: Vec<_> = tokens.iter().filter_map(|token| text(token, "api_key")).collect();
    let (same, by_key) = (get(baseline::SAME, &keys), get(ME, &keys));
    for (connections, title) in [
        (Connections::Kept, "over TLS, connections that stay open"),
        (Connections::New, "over TLS, a new connection with a whole handshake for each request"),
    ] {
        let load = Load { connections, ..config.load(READERS) };
        let mut runs = [
            (&baseline, &same, Series::new("bare axum, the same answer")),
            (&mintkey, &by_key, Series::new("GET /me by API key")),
        ];
        for round in 0..=config.rounds {
            for (server, request, series) in &mut runs {
                let (_, sample) = measure(server, &load, Bodies::Drop, request).await?;
                if round > 0 {
                    series.samples.push(sample);
                }
            }
        }
        println!("\n{READERS} clients {title}, median of {} runs:", config.rounds);
        print_head();
        for (_, _, series) in &runs {
            series.print(&runs[0].2);
        }
    }
    Ok(())
}
