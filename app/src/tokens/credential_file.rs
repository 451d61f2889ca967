//! The file that comes with a new secret, in the dialog that shows new credentials.

use leptos::prelude::*;
use mintkey_domain::KubeconfigMethod;

use super::{
    reveal::Credential,
    revealed::{CertificateFile, CredentialFile, FileKind},
};
use crate::frame::{ExactTime, Icon};

/// The file to download, and the fingerprint and end of the certificate in it.
#[component]
pub(super) fn CredentialFileBlock(
    file: CredentialFile,
    /// The token's label as a file name.
    name: String,
) -> impl IntoView {
    let CredentialFile { data, kind, certificate } = file;
    let (what, note, download) = match kind {
        FileKind::Certificate(CertificateFile::Bundle) => {
            ("Certificate and private key", "opens with your password", "Download .p12")
        }
        FileKind::Certificate(CertificateFile::Pem) => {
            ("Certificate", "for your private key, not secret", "Download .pem")
        }
        FileKind::Kubeconfig(method) => {
            let note = match method {
                KubeconfigMethod::Exec => "not secret",
                KubeconfigMethod::Token => "with the API key in it",
                KubeconfigMethod::Certificate => "with a certificate and its private key in it",
            };
            ("kubeconfig", note, "Download .yaml")
        }
    };
    let (fingerprint, end) = certificate.unzip();
    let end = end.flatten().map(|at| view! { <span class="small muted">"Ends "<ExactTime at/></span> });
    let fingerprint = fingerprint.map(|text| {
        view! { <Credential id="fingerprint" name="Fingerprint" note="SHA-256, not secret">{text}</Credential> }
    });
    view! {
        <div class="credential" role="group" aria-labelledby="file-l">
            <span class="label" id="file-l">{what}" "<small>{note}</small></span>
            <div class="actions">
                <a class="btn" href=kind.url(&data) download=kind.file_name(&name) autofocus>
                    <Icon name="download"/>{download}
                </a>
                {end}
            </div>
        </div>
        {fingerprint}
    }
}
