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

/// The key of a client (P-256), and its certificate signing request in PEM.
pub(crate) struct Identity {
    key_file: PathBuf,
    pub(crate) request: String,
}

impl Identity {
    /// Makes one with `openssl`.
    pub(crate) fn make(folder: &Path) -> Outcome<Self> {
        let (key_file, file) = (folder.join("client-key.pem"), folder.join("client.csr"));
        let arguments = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        openssl(
            Command::new("openssl")
                .args(arguments)
                .args(["-subj", "/CN=client"])
                .arg("-keyout")
                .arg(&key_file)
                .arg("-out")
                .arg(&file),
        )?;
        let request = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
        Ok(Self { key_file, request })
    }
}

fn openssl(command: &mut Command) -> Outcome {
    let output = command.output().map_err(|error| format!("openssl: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

impl Certificate {
    /// Makes one with `openssl`.
    pub(crate) fn make(folder: &Path) -> Outcome<Self> {
        let made = Self { file: folder.join("tls-cert.pem"), key_file: folder.join("tls-key.pem") };
        let arguments = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let extensions = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
        let mut command = Command::new("openssl");
        command.args(arguments).args(["-subj", "/CN=localhost"]).args(extensions);
        openssl(command.arg("-keyout").arg(&made.key_file).arg("-out").arg(&made.file))?;
        Ok(made)
    }

    /// A client that trusts it and has no certificate.
    pub(crate) fn connector(&self) -> Outcome<TlsConnector> {
        self.connector_of(None)
    }

    /// A client that trusts it, with its own chain in PEM and key. It never resumes a session, so that each new connection is
    /// a whole handshake.
    pub(crate) fn connector_of(&self, identity: Option<(Vec<u8>, &Identity)>) -> Outcome<TlsConnector> {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_file(&self.file).map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots);
        let mut config = match identity {
            None => builder.with_no_client_auth(),
            Some((chain, identity)) => {
                let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
                let key = PrivateKeyDer::from_pem_file(&identity.key_file).map_err(|error| error.to_string())?;
                let chain = chain.map_err(|error| error.to_string())?;
                builder.with_client_auth_cert(chain, key).map_err(|error| error.to_string())?
            }
        };
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
