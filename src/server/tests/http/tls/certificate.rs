//! Certificates, made by `openssl`, and connections that trust them.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Kinds of keys, as arguments of `openssl req`.
pub(crate) const ECDSA: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
pub(crate) const RSA: &[&str] = &["-newkey", "rsa:2048"];

/// A self-signed certificate for `localhost` in files of their own.
pub(crate) struct Certificate {
    pub(crate) folder: TempDir,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        Self::of(ECDSA)
    }

    pub(crate) fn of(key: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let made = openssl(
            folder.path(),
            &[
                &["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", "key.pem"][..],
                &["-out", "cert.pem", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                &["-addext", "basicConstraints=critical,CA:FALSE"],
                key,
            ]
            .concat(),
        );
        assert!(made.status.success(), "{made:?}");
        Self { folder }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    pub(crate) fn pem(&self) -> Vec<u8> {
        std::fs::read(self.file()).unwrap()
    }

    pub(crate) fn key_pem(&self) -> Vec<u8> {
        std::fs::read(self.key_file()).unwrap()
    }

    /// Puts this certificate and this key into the files of this one, as a renewal does.
    pub(crate) fn overwrite(&self, certificate: &[u8], key: &[u8]) {
        std::fs::write(self.file(), certificate).unwrap();
        std::fs::write(self.key_file(), key).unwrap();
    }

    /// Opens a connection that trusts only this certificate.
    pub(crate) async fn connect(&self, address: &str) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&self.pem()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
    }
}

/// Runs `openssl` in this folder.
pub(crate) fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl").args(arguments).current_dir(folder).stdin(std::process::Stdio::null()).output().unwrap()
}
