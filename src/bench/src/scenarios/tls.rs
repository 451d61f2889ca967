//! The same check over TLS: on connections that stay open, and with a handshake for each request.

use std::{env, path::Path, process::Command, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Config, EMAIL, ME, PASSWORD, READERS, Request, get, measure_as, post, post_all, text};
use crate::{
    Outcome, baseline,
    child::{Running, free_address},
    load::{Bodies, Connections, Load, Target},
    report::{Series, print_head},
    tls::{Certificate, Identity},
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
    // There is only one certificate, so it is compared with one key: the record of either stays in the processor's cache.
    let by_one_key = get(ME, &keys[..1]);
    let identity = Identity::make(folder)?;
    let chain = issue(&mintkey.target, &identity).await?;
    let address = mintkey.target.address;
    let with_certificate = Target { address, tls: Some(certificate.connector_of(Some((chain, &identity)))?) };
    let by_certificate: Request =
        Arc::new(|_| format!("GET {ME} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n").into_bytes());
    for (connections, title) in [
        (Connections::Kept, "over TLS, connections that stay open"),
        (Connections::New, "over TLS, a new connection with a whole handshake for each request"),
    ] {
        let load = Load { connections, ..config.load(READERS) };
        let mut runs = [
            (&baseline, &baseline.target, &same, Series::new("bare axum, the same answer")),
            (&mintkey, &mintkey.target, &by_key, Series::new("GET /me by API key")),
            (&mintkey, &mintkey.target, &by_one_key, Series::new("GET /me by one API key")),
            (&mintkey, &with_certificate, &by_certificate, Series::new("GET /me by certificate")),
        ];
        for round in 0..=config.rounds {
            for (server, target, request, series) in &mut runs {
                let (_, sample) = measure_as(server, target, &load, Bodies::Drop, request).await?;
                if round > 0 {
                    series.samples.push(sample);
                }
            }
        }
        println!("\n{READERS} clients {title}, median of {} runs:", config.rounds);
        print_head();
        for (.., series) in &runs {
            series.print(&runs[0].3);
        }
        println!("against the check of the one key:");
        runs[3].3.print(&runs[2].3);
    }
    Ok(())
}

/// Creates a token with a certificate for this key, and returns its chain in PEM.
async fn issue(target: &Target, identity: &Identity) -> Outcome<Vec<u8>> {
    let login = json!({"username": EMAIL, "password": PASSWORD});
    let admin = post_all(target, 1, 1, Arc::new(move |_| post("/api/v1/login", "", &login))).await?;
    let bearer = admin.first().and_then(|answer| text(answer, "access_token")).ok_or("no access token")?;
    let authorization = format!("Authorization: Bearer {bearer}\r\n");
    let csr = identity.request.clone();
    let body = json!({"label": "TLS", "kind": "client_certificate", "scopes": ["mintkey:tokens.read"], "csr": csr});
    let made = post_all(target, 1, 1, Arc::new(move |_| post("/api/v1/tokens", &authorization, &body))).await?;
    let data = made.first().and_then(|answer| text(answer, "data")).ok_or("no certificate")?;
    STANDARD.decode(data).map_err(|error| error.to_string())
}
