//! The certificate of a new or rotated token: what it is made of, and where it goes.

use std::path::PathBuf;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use mintkey_client::{CertificateRequest, Pkcs12Format, SecretText, wire::NewCredentials};

use super::{
    global::{Format, GlobalOptions},
    input,
    secret_output::NewFile,
    terminal::{ask_secret, is_interactive, note, secret_from_stdin},
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
    file: Option<NewFile>,
}

impl CertificateOptions {
    /// Whether any of them was given.
    pub(crate) fn is_used(&self) -> bool {
        self.certificate.is_some() || self.password_stdin || self.pkcs12.is_some() || self.csr.is_some()
    }

    /// Reads or asks for what the certificate needs, and creates its file.
    pub(crate) fn open(&self, options: &GlobalOptions) -> Result<NewCertificate, Failure> {
        if self.certificate.is_none() && !matches!(options.format, Format::Json | Format::Yaml) {
            let message = "a certificate is only handed out now: add --certificate FILE";
            return Err(Failure::Usage(message.to_owned()));
        }
        let request = match &self.csr {
            Some(csr) => CertificateRequest::signing_request(input::read(csr)?),
            None => CertificateRequest::bundle(self.password(options)?),
        };
        let request = match self.pkcs12 {
            Some(format) => request.format(format),
            None => request,
        };
        let file = self.certificate.as_deref().map(|path| NewFile::create(path, "--certificate")).transpose()?;
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

impl NewCertificate {
    /// Writes the certificate to its file, and takes it out of what is printed. If that fails, it is lost.
    pub(crate) fn save(self, credentials: &mut NewCredentials) -> Result<(), Failure> {
        let Some(file) = self.file else { return Ok(()) };
        let id = credentials.token.id;
        let lost = |reason: String| {
            Failure::Refused(format!(
                "{reason}. The token {id} exists and its certificate is lost: rotate it to get another"
            ))
        };
        let data = credentials.data.take().ok_or_else(|| lost("the server sent no certificate".to_owned()))?;
        let data =
            STANDARD.decode(data.expose()).map_err(|_| lost("the server's certificate isn't Base64".to_owned()))?;
        let path = file.path().to_owned();
        file.write(&data)
            .map_err(|error| lost(format!("the certificate can't be written to {}: {error}", path.display())))?;
        note(format_args!("The certificate is in {}.", path.display()));
        Ok(())
    }
}
