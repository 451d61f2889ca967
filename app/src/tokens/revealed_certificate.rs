//! A new certificate, in the dialog that shows new credentials.

use leptos::prelude::*;

use super::{
    reveal::Credential,
    revealed::{CertificateFile, RevealedCertificate},
};
use crate::frame::{ExactTime, Icon};

/// The file to download, and the certificate's fingerprint and end.
#[component]
pub(super) fn CertificateBlock(
    new: RevealedCertificate,
    /// The token's label as a file name.
    name: String,
) -> impl IntoView {
    let RevealedCertificate { data, file, fingerprint, expires_at } = new;
    let (what, note, download) = match file {
        CertificateFile::Bundle => ("Certificate and private key", "opens with your password", "Download .p12"),
        CertificateFile::Pem => ("Certificate", "for your private key, not secret", "Download .pem"),
    };
    let end = expires_at.map(|at| view! { <span class="small muted">"Ends "<ExactTime at/></span> });
    view! {
        <div class="credential" role="group" aria-labelledby="certificate-l">
            <span class="label" id="certificate-l">{what}" "<small>{note}</small></span>
            <div class="actions">
                <a class="btn" href=file.url(&data) download=file.name(&name) autofocus>
                    <Icon name="download"/>{download}
                </a>
                {end}
            </div>
        </div>
        <Credential id="fingerprint" name="Fingerprint" note="SHA-256, not secret">{fingerprint}</Credential>
    }
}
