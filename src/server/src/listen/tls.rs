//! TLS for a listener: its certificate, which is read anew when its files change, and the certificates of its clients.

mod client_certificates;
mod files;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mintkey_service::ClientCertificate;
use rustls::{
    ConfigBuilder, ServerConfig, WantsVerifier,
    crypto::{CryptoProvider, aws_lc_rs},
    sign::{CertifiedKey, SingleCertAndKey},
};
use tokio::{
    net::TcpStream,
    sync::watch,
    task::spawn_blocking,
    time::{Duration, MissedTickBehavior, interval},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use self::{client_certificates::ClientCertificates, files::Version};
use crate::Failure;

pub(crate) use self::files::TlsFiles;

/// The subjects of the certificate authorities, as DER-encoded names (RFC 5280 section 4.1.2.4).
pub(crate) type AuthoritySubjects = Arc<[Vec<u8>]>;

/// The only application protocol (RFC 7301).
const HTTP_1_1: &[u8] = b"http/1.1";
/// Time between two looks at the files.
const FILE_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// What a listener needs to speak TLS 1.2 and 1.3.
pub(crate) struct Tls {
    files: TlsFiles,
    /// The version of the files that was loaded first.
    version: Version,
    provider: Arc<CryptoProvider>,
    builder: ConfigBuilder<ServerConfig, WantsVerifier>,
    current: Mutex<Current>,
}

/// What new connections use. Open ones keep what they began with.
struct Current {
    certificate: Arc<CertifiedKey>,
    authorities: watch::Receiver<AuthoritySubjects>,
    config: Arc<ServerConfig>,
}

/// Compares the files with those that were loaded last.
struct FileCheck {
    tls: Arc<Tls>,
    loaded: Version,
    seen: Version,
}

impl Tls {
    /// Loads the files.
    pub(crate) fn load(files: TlsFiles) -> Result<Self, Failure> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| Failure::Refused(format!("TLS cannot be set up: {error}")))?;
        // Before loading: whatever changes meanwhile is loaded again.
        let version = files.version();
        let certificate = Arc::new(files.load(&provider).map_err(Failure::Usage)?);
        let (_, authorities) = watch::channel(AuthoritySubjects::default());
        let config = config(&builder, &certificate, &[]);
        let current = Mutex::new(Current { certificate, authorities, config });
        Ok(Self { files, version, provider, builder, current })
    }

    /// Follows changes of the files from now on, and asks clients for a certificate while there is an authority.
    pub(crate) fn start(self, authorities: watch::Receiver<AuthoritySubjects>) -> Arc<Self> {
        let tls = Arc::new(self.with_authorities(authorities));
        tokio::spawn(FileCheck::new(tls.clone()).repeat());
        tls
    }

    fn with_authorities(self, authorities: watch::Receiver<AuthoritySubjects>) -> Self {
        let mut current = self.lock();
        current.authorities = authorities;
        self.renew(&mut current);
        drop(current);
        self
    }

    /// Makes the handshake.
    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        TlsAcceptor::from(self.config()).accept(stream).await
    }

    fn config(&self) -> Arc<ServerConfig> {
        let mut current = self.lock();
        // An error means that nothing will change any more.
        if current.authorities.has_changed().unwrap_or(false) {
            self.renew(&mut current);
        }
        current.config.clone()
    }

    fn replace(&self, certificate: CertifiedKey) {
        let mut current = self.lock();
        current.certificate = Arc::new(certificate);
        self.renew(&mut current);
    }

    fn renew(&self, current: &mut Current) {
        let subjects = current.authorities.borrow_and_update().clone();
        current.config = config(&self.builder, &current.certificate, &subjects);
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FileCheck {
    fn new(tls: Arc<Tls>) -> Self {
        Self { loaded: tls.version.clone(), seen: tls.version.clone(), tls }
    }

    async fn repeat(self) {
        let mut ticks = interval(FILE_CHECK_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut check = self;
        loop {
            ticks.tick().await;
            // Files may be on a slow disk, or on another machine.
            let checked = spawn_blocking(move || {
                check.once();
                check
            });
            let Ok(next) = checked.await else { return };
            check = next;
        }
    }

    /// Loads files that have changed since they were loaded, and haven't since the last look: whoever replaces them
    /// writes one after the other.
    fn once(&mut self) {
        let version = self.tls.files.version();
        let is_settled = version == self.seen;
        self.seen = version.clone();
        if version == self.loaded || !is_settled {
            return;
        }
        self.loaded = version;
        match self.tls.files.load(&self.tls.provider) {
            Ok(certificate) => {
                self.tls.replace(certificate);
                tracing::info!("new connections use the new TLS certificate");
            }
            Err(line) => tracing::warn!("the former TLS certificate stays in use: {line}"),
        }
    }
}

/// The certificate of the client, if it presented one that names a token. Read once for all requests of the connection.
pub(super) fn client_certificate(stream: &TlsStream<TcpStream>) -> Option<ClientCertificate> {
    let presented = stream.get_ref().1.peer_certificates()?.first()?;
    let certificate = ClientCertificate::from_der(presented);
    if certificate.is_none() {
        tracing::debug!("a client's certificate was ignored, because it names no token");
    }
    certificate
}

fn config(
    builder: &ConfigBuilder<ServerConfig, WantsVerifier>,
    certificate: &Arc<CertifiedKey>,
    authorities: &[Vec<u8>],
) -> Arc<ServerConfig> {
    let clients = ClientCertificates::new(authorities, builder.crypto_provider());
    let mut config = builder
        .clone()
        .with_client_cert_verifier(Arc::new(clients))
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certificate.clone())));
    config.alpn_protocols = vec![HTTP_1_1.to_vec()];
    Arc::new(config)
}

#[cfg(test)]
mod tests;
