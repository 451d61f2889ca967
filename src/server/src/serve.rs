//! `mintkey serve`: opens the service, puts the doors together, and listens.

use std::{
    io::{Write, stdout},
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::ConnectInfo};
use mintkey_service::{Service, Settings};
use tokio::net::TcpListener;

use crate::{
    Failure,
    assets::{self, Assets},
    client_address::ClientAddress,
    command_line::ServeOptions,
    environment, listen, master_key_file,
    settings::ServeSettings,
    telemetry,
};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// No refusal of a credential is sent sooner: whatever the cause, it takes the same time.
const REFUSAL_FLOOR: Duration = Duration::from_millis(2);
const FIRST_EMAIL: &str = "MINTKEY_ADMIN_EMAIL";
const FIRST_PASSWORD: &str = "MINTKEY_ADMIN_PASSWORD";

/// Runs until it is told to stop.
pub(crate) async fn run(options: ServeOptions) -> Result<(), Failure> {
    let settings = ServeSettings::resolve(options)?;
    telemetry::start(&settings.log_filter, settings.log_format)?;
    let environment = environment::system();
    let master_key = master_key_file::load(&settings.storage, &environment)?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|error| Failure::Usage(format!("--listen (MINTKEY_LISTEN) {}: {error}", settings.listen)))?;
    let address = listener.local_addr().map_err(|error| Failure::Refused(error.to_string()))?;
    let public_url = settings.public_url.unwrap_or_else(|| format!("http://{address}"));
    let service = Service::open(
        Settings {
            database_url: settings.storage.database_url.clone(),
            master_key,
            issuer: public_url.clone(),
            limits: settings.limits,
        },
        environment,
    )
    .await
    .map_err(|error| {
        Failure::Usage(format!("the database {} cannot be used: {error}", settings.storage.database_file.display()))
    })?;
    let setup = first_administrator(&service).await?;
    let secure = public_url.starts_with("https://");
    if !secure && !is_loopback(&public_url) {
        tracing::warn!(%public_url, "plain http beyond this machine: passwords and keys travel unencrypted");
    }
    let client = Arc::new(ClientAddress { trusted: settings.trusted_proxies, header: settings.client_ip_header });
    let router = router(&service, &public_url, secure, client);
    let maintenance = service.start_maintenance();
    announce(&public_url, setup.as_deref());
    let served = listen::run(listener, router).await;
    maintenance.stop(&service).await?;
    tracing::info!("stopped");
    served.map_err(|error| Failure::Refused(error.to_string()))
}

/// The doors, side by side.
fn router(service: &Service, public_url: &str, secure: bool, client: Arc<ClientAddress>) -> Router {
    let files = Assets::load();
    let console = mintkey_app::ConsoleOptions {
        service: service.clone(),
        public_url: public_url.to_owned(),
        secure,
        assets: files.console(),
        client_ip: {
            let client = client.clone();
            Arc::new(move |parts: &http::request::Parts| client.of(&parts.headers, peer(parts)))
        },
    };
    let api = mintkey_api::ApiOptions {
        service: service.clone(),
        public_url: public_url.to_owned(),
        session_cookie: if secure { "__Host-mintkey" } else { "mintkey_session" },
        client_ip: Arc::new(move |headers: &http::HeaderMap, peer: Option<SocketAddr>| -> Option<IpAddr> {
            client.of(headers, peer)
        }),
        request_timeout: REQUEST_TIMEOUT,
        refusal_floor: REFUSAL_FLOOR,
    };
    mintkey_app::router(console).merge(mintkey_api::router(api)).merge(assets::router())
}

fn peer(parts: &http::request::Parts) -> Option<SocketAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)
}

/// Makes the first administrator from the environment, or a code for the set-up link; neither once one is there.
async fn first_administrator(service: &Service) -> Result<Option<String>, Failure> {
    match (std::env::var(FIRST_EMAIL), std::env::var(FIRST_PASSWORD)) {
        (Ok(email), Ok(password)) => {
            service.create_first_administrator(&email, password).await.map_err(|error| match Failure::from(error) {
                Failure::Usage(line) => Failure::Usage(format!("{FIRST_EMAIL}, {FIRST_PASSWORD}: {line}")),
                refused @ Failure::Refused(_) => refused,
            })?;
            Ok(None)
        }
        (Ok(_), Err(_)) => Err(Failure::Usage(format!("{FIRST_EMAIL} is set: set {FIRST_PASSWORD} too"))),
        (Err(_), Ok(_)) => Err(Failure::Usage(format!("{FIRST_PASSWORD} is set: set {FIRST_EMAIL} too"))),
        (Err(_), Err(_)) => Ok(service.setup_code().await?),
    }
}

/// On standard output, never in the log: the code in the link is a secret.
fn announce(public_url: &str, setup: Option<&str>) {
    let mut out = stdout().lock();
    let lines = match setup {
        Some(code) => format!("Mintkey is at {public_url}\nSet it up: {public_url}/setup?code={code}\n"),
        None => format!("Mintkey is at {public_url}\n"),
    };
    // Without a reader there is nobody to tell.
    let _ = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
}

fn is_loopback(url: &str) -> bool {
    let host = url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
