//! The certificate of a new or rotated token: what it is made of, and where it goes.

use std::path::PathBuf;

use clap::Args;
use mintkey_client::{CertificateRequest, Pkcs12Format, SecretText};

use super::{
    credential_file::CredentialFile,
    global::GlobalOptions,
    input,
    terminal::{ask_secret, is_interactive, secret_from_stdin},
    values,
};
use crate::Failure;

/// Options for a token of the kind `client_certificate`.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Client certificates")]
pub(crate) struct CertificateOptions {
    /// The new file for the certificate: a PKCS#12 bundle with its private key or, with --csr, its chain in PEM
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Read the bundle's password from standard input: 12 to 128 printable ASCII characters [default: asked for]
    #[arg(long, conflicts_with = "csr")]
    password_stdin: bool,
    /// How the bundle is encrypted: `modern`, or `compatible` for programs that open nothing newer, which is weak and which
    /// the organization must allow [default: modern]
    #[arg(long, value_name = "FORMAT", value_parser = values::one_of::<Pkcs12Format>(Pkcs12Format::NAMES.iter().copied()), conflicts_with = "csr")]
    pkcs12: Option<Pkcs12Format>,
    /// A certificate signing request in PEM, for a private key of your own
    #[arg(long, value_name = "FILE")]
    csr: Option<PathBuf>,
}

/// A certificate to request, and the file for it.
pub(crate) struct NewCertificate {
    pub(crate) request: CertificateRequest,
    pub(crate) file: CredentialFile,
}

impl CertificateOptions {
    /// Whether any of them was given.
    pub(crate) fn is_used(&self) -> bool {
        self.certificate.is_some() || self.password_stdin || self.pkcs12.is_some() || self.csr.is_some()
    }

    /// Reads or asks for what the certificate needs, and creates its file.
    pub(crate) fn open(&self, options: &GlobalOptions) -> Result<NewCertificate, Failure> {
        let file = CredentialFile::open(self.certificate.as_deref(), "--certificate", "certificate", options)?;
        let request = match &self.csr {
            Some(csr) => CertificateRequest::signing_request(input::read(csr)?),
            None => CertificateRequest::bundle(self.password(options)?),
        };
        let request = match self.pkcs12 {
            Some(format) => request.format(format),
            None => request,
        };
        Ok(NewCertificate { request, file })
    }

    fn password(&self, options: &GlobalOptions) -> Result<SecretText, Failure> {
        if self.password_stdin {
            return secret_from_stdin("--password-stdin");
        }
        if !is_interactive(options) {
            let message = "the bundle needs a password: add --password-stdin, or --csr for a key of your own";
            return Err(Failure::Usage(message.to_owned()));
        }
        let password = ask_secret("Password of the bundle:")?;
        if ask_secret("Once more:")?.expose() != password.expose() {
            return Err(Failure::Usage("the two passwords differ".to_owned()));
        }
        Ok(password)
    }
}
