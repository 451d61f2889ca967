//! The certificate of both servers, and what the client and the baseline need to speak TLS.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    client::Resumption,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::Outcome;

/// A self-signed certificate for `localhost` and its key (P-256).
pub(crate) struct Certificate {
    pub(crate) file: PathBuf,
    pub(crate) key_file: PathBuf,
}

impl Certificate {
    /// Makes one with `openssl`.
    pub(crate) fn make(folder: &Path) -> Outcome<Self> {
        let made = Self { file: folder.join("tls-cert.pem"), key_file: folder.join("tls-key.pem") };
        let arguments = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let extensions = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
        let mut openssl = Command::new("openssl");
        openssl.args(arguments).args(["-subj", "/CN=localhost"]).args(extensions);
        openssl.arg("-keyout").arg(&made.key_file).arg("-out").arg(&made.file);
        let output = openssl.output().map_err(|error| format!("openssl: {error}"))?;
        if output.status.success() { Ok(made) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    }

    /// A client that trusts it. It never resumes a session, so that each new connection is a whole handshake.
    pub(crate) fn connector(&self) -> Outcome<TlsConnector> {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_file(&self.file).map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    /// A server that asks for no certificate.
    pub(crate) fn acceptor(&self) -> Outcome<TlsAcceptor> {
        let certificate = CertificateDer::from_pem_file(&self.file).map_err(|error| error.to_string())?;
        let key = PrivateKeyDer::from_pem_file(&self.key_file).map_err(|error| error.to_string())?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(|error| error.to_string())?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
