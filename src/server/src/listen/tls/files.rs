//! The files of the server's certificate and its key.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use rustls::{
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::ParsedCertificate,
    sign::CertifiedKey,
};

use crate::{
    setting::Setting,
    settings::{TLS_CERT, TLS_KEY},
};

const CERTIFICATES: &str = "PEM with the server's certificate first, then those of its issuers";
const KEY: &str = "PEM with a private key: PKCS#8, SEC1 or PKCS#1";
const KEY_KIND: &str = "an RSA key of at least 2048 bits, an ECDSA key (P-256, P-384 or P-521) or an Ed25519 key";

/// The paths of the two files, both in PEM.
#[derive(Debug, Clone)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// Differs between two versions of the files. A renewal may write into a file, or put another in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version([Option<FileVersion>; 2]);

#[derive(Debug, Clone, PartialEq, Eq)]
struct FileVersion {
    modified: Option<SystemTime>,
    size: u64,
    inode: u64,
}

impl TlsFiles {
    /// Reads the certificate chain and its key. The error is a line that names a setting and its file, and repeats
    /// nothing of what is in it.
    pub(super) fn load(&self, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
        let wrong_certificates = || format!("{TLS_CERT} {}: expected {CERTIFICATES}", self.certificate.display());
        let wrong_key = |expected: &str| format!("{TLS_KEY} {}: expected {expected}", self.key.display());

        let pem = read(TLS_CERT, &self.certificate)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let chain = chain.map_err(|_| wrong_certificates())?;
        let first = chain.first().ok_or_else(wrong_certificates)?;
        ParsedCertificate::try_from(first).map_err(|_| wrong_certificates())?;

        let pem = read(TLS_KEY, &self.key)?;
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| {
            wrong_key(if is_encrypted(&pem) { "a key that isn't encrypted with a passphrase" } else { KEY })
        })?;
        let key = provider.key_provider.load_private_key(key).map_err(|_| wrong_key(KEY_KIND))?;

        let certified = CertifiedKey::new(chain, key);
        certified
            .keys_match()
            .map_err(|_| wrong_key(&format!("the key of the first certificate in {}", self.certificate.display())))?;
        Ok(certified)
    }

    pub(super) fn version(&self) -> Version {
        Version([&self.certificate, &self.key].map(|path| fs::metadata(path).ok().map(FileVersion::from)))
    }
}

impl From<Metadata> for FileVersion {
    fn from(metadata: Metadata) -> Self {
        Self { modified: metadata.modified().ok(), size: metadata.len(), inode: metadata.ino() }
    }
}

fn read(setting: Setting, path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{setting} {}: {error}", path.display()))
}

/// `ENCRYPTED PRIVATE KEY` of PKCS#8, and `Proc-Type: 4,ENCRYPTED` of the older forms.
fn is_encrypted(pem: &[u8]) -> bool {
    String::from_utf8_lossy(pem).contains("ENCRYPTED")
}
