//! `mintkey serve`: opens the service, assembles the routers, and listens.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::ConnectInfo, middleware::from_fn};
use mintkey_domain::SessionCookieName;
use mintkey_service::{Access, Error, Service, Settings, StoreError};
use tokio::net::TcpListener;
use tower::service_fn;

use crate::{
    Failure,
    assets::{self, Assets},
    client_address::ClientAddress,
    client_certificate::ClientCertificates,
    command_line::ServeOptions,
    environment, listen, master_key_file, metrics, metrics_endpoint, output, requests,
    setting::{SecretSetting, Setting, variable},
    settings::{
        LISTEN, METRICS_LISTEN, ServeSettings, TLS_CERT, TRUSTED_PROXIES, check_public_url, default_public_url,
    },
    telemetry, well_known,
};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Minimum time until a rejected credential gets its response, so that the time doesn't reveal the cause.
const REFUSAL_FLOOR: Duration = Duration::from_millis(2);
const FIRST_EMAIL: &str = "MINTKEY_ADMIN_EMAIL";
const FIRST_PASSWORD: SecretSetting = SecretSetting {
    variable: "MINTKEY_ADMIN_PASSWORD",
    file_variable: "MINTKEY_ADMIN_PASSWORD_FILE",
    credential: "admin-password",
};

/// Runs until a signal stops the server.
pub(crate) async fn run(options: ServeOptions) -> Result<(), Failure> {
    let settings = ServeSettings::resolve(options)?;
    let traces = telemetry::start(&settings.log_filter, settings.log_format)?;
    let connections = listen::Connections::new(listen::raise_connection_limit());
    let environment = environment::system();
    let clock = environment.clock.clone();
    let tls = settings.tls.map(listen::Tls::load).transpose()?;
    let master_key = master_key_file::load(&settings.storage, &environment)?;
    // Binds first, because the public URL may depend on the port. Reports a bind error only after opening the database:
    // for a second server on the same file, "the file is in use" is the more helpful error.
    let listener = bind(settings.listen, LISTEN).await;
    let address = listener.as_ref().ok().and_then(|listener| listener.local_addr().ok()).unwrap_or(settings.listen);
    let public_url = match settings.public_url {
        Some(url) => url,
        None => check_public_url(&default_public_url(address, tls.is_some()))?,
    };
    let service = Service::open(
        Settings {
            database_url: settings.storage.database_url.clone(),
            access: Access::Server,
            master_key,
            issuer: public_url.clone(),
            limits: settings.limits,
        },
        environment,
    )
    .await
    .map_err(|error| match error {
        Error::Store(error @ StoreError::InUse(_)) => Failure::Usage(error.to_string()),
        error => {
            Failure::Usage(format!("the database {} cannot be used: {error}", settings.storage.database_file.display()))
        }
    })?;
    let listener = listener?;
    let metrics_listener = match settings.metrics_listen {
        Some(address) => Some(bind(address, METRICS_LISTEN).await?),
        None => None,
    };
    let setup = first_administrator(&service).await?;
    let secure = public_url.starts_with("https://");
    if !secure && !is_loopback(&public_url) {
        tracing::warn!(%public_url, "plain http beyond this machine: passwords and keys travel unencrypted");
    }
    if secure && tls.is_none() && settings.trusted_proxies.is_empty() {
        tracing::warn!(
            %public_url,
            "the public URL is https, but this server speaks plain http: set {TRUSTED_PROXIES} to the address of the \
             proxy that speaks https for it, or {TLS_CERT} to speak it without one"
        );
    }
    let client = Arc::new(ClientAddress::new(settings.trusted_proxies, settings.client_ip_header));
    let hosts = listen::Hosts::new(&public_url, SessionCookieName::new(&public_url), address, {
        let client = client.clone();
        move |peer| client.trusts(peer)
    });
    let metrics = metrics::Metrics::new(&service).map_err(|error| Failure::Refused(error.to_string()))?;
    let check = |hosts| listen::RequestCheck::new(metrics.clone(), public_url.clone(), hosts);
    let (check, metrics_check) = (check(Some(hosts)), check(None));
    let well_known = well_known::router(settings.security_contact, &public_url, clock);
    // Neither connections nor proxies have certificates otherwise.
    let certificates = (tls.is_some() || settings.client_cert_header.is_some()).then(|| {
        let service = service.clone();
        ClientCertificates::new(settings.client_cert_header, client.clone(), move || service.now())
    });
    let router = router(&service, &public_url, secure, client, certificates, well_known);
    let observed = {
        let metrics = metrics.clone();
        service_fn(move |request| requests::observe(router.clone(), metrics.clone(), request))
    };
    let sources = metrics_endpoint::Sources { service: service.clone(), metrics, connections: connections.clone() };
    announce(&public_url, setup.as_deref())?;
    // There are no certificate authorities yet, so clients aren't asked for certificates.
    let tls = tls.map(|tls| tls.start(service.authority_names()));
    let maintenance = service.start_maintenance();
    let (served, metrics_served) = tokio::join!(
        listen::run(listener, tls, observed, check, connections),
        serve_metrics(metrics_listener, sources, metrics_check)
    );
    maintenance.stop(&service).await?;
    tracing::info!("stopped");
    traces.end().await;
    served.and(metrics_served).map_err(|error| Failure::Refused(error.to_string()))
}

/// Combines the routers.
fn router(
    service: &Service,
    public_url: &str,
    secure: bool,
    client: Arc<ClientAddress>,
    certificates: Option<ClientCertificates>,
    well_known: Router,
) -> Router {
    let files = Assets::load();
    let session_cookie = SessionCookieName::new(public_url);
    let console = mintkey_app::ConsoleOptions {
        service: service.clone(),
        public_url: public_url.to_owned(),
        secure,
        session_cookie: session_cookie.clone(),
        assets: files.console(),
        client_ip: {
            let client = client.clone();
            Arc::new(move |parts: &http::request::Parts| client.of(&parts.headers, peer(parts)))
        },
    };
    let api = mintkey_api::ApiOptions {
        service: service.clone(),
        public_url: public_url.to_owned(),
        session_cookie,
        client_ip: Arc::new(move |headers: &http::HeaderMap, peer: Option<SocketAddr>| -> Option<IpAddr> {
            client.of(headers, peer)
        }),
        client_certificate: certificates.map(|certificates| -> mintkey_api::ClientCertificateOf {
            Arc::new(move |headers: &http::HeaderMap, peer, of_connection| {
                certificates.of(headers, peer, of_connection)
            })
        }),
        request_timeout: REQUEST_TIMEOUT,
        refusal_floor: REFUSAL_FLOOR,
    };
    mintkey_app::router(console)
        .merge(assets::router())
        .merge(well_known)
        .layer(from_fn(requests::record_route))
        .merge(mintkey_api::router(api))
}

async fn bind(address: SocketAddr, setting: Setting) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure::Usage(format!("{setting} {address}: {error}")))
}

/// Serves the metrics, if enabled, until a signal stops the process.
async fn serve_metrics(
    listener: Option<TcpListener>,
    sources: metrics_endpoint::Sources,
    check: listen::RequestCheck,
) -> std::io::Result<()> {
    let Some(listener) = listener else { return Ok(()) };
    tracing::info!(address = %listener.local_addr()?, "metrics are served");
    let connections = listen::Connections::new(listen::METRICS_CONNECTIONS);
    listen::run(listener, None, metrics_endpoint::router(sources), check, connections).await
}

fn peer(parts: &http::request::Parts) -> Option<SocketAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)
}

/// Creates the first administrator from the environment, or a code for the setup link; does neither if one exists.
async fn first_administrator(service: &Service) -> Result<Option<String>, Failure> {
    let password_name = FIRST_PASSWORD.variable;
    match (variable(FIRST_EMAIL)?, FIRST_PASSWORD.value()?) {
        (Some(email), Some(password)) => {
            service.create_first_administrator(&email, password).await.map_err(|error| match Failure::from(error) {
                Failure::Usage(line) => Failure::Usage(format!("{FIRST_EMAIL}, {password_name}: {line}")),
                failure => failure,
            })?;
            Ok(None)
        }
        (Some(_), None) => Err(Failure::Usage(format!("{FIRST_EMAIL} is set: set {password_name} too"))),
        (None, Some(_)) => Err(Failure::Usage(format!("{password_name} is set: set {FIRST_EMAIL} too"))),
        (None, None) => Ok(service.setup_code().await?),
    }
}

/// Prints to standard output and never to the log, because the link contains a secret code.
fn announce(public_url: &str, setup: Option<&str>) -> Result<(), Failure> {
    let announced = match setup {
        Some(code) => {
            output::line(format_args!("Mintkey is at {public_url}\nSet it up: {public_url}/setup?code={code}"))
        }
        None => output::line(format_args!("Mintkey is at {public_url}")),
    };
    match announced {
        Err(Failure::BrokenPipe) => Ok(()),
        announced => announced,
    }
}

fn is_loopback(url: &str) -> bool {
    let host = url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
