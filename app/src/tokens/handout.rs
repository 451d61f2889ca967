//! The file that comes with a new secret, in the dialog that shows new credentials.

use leptos::prelude::*;

use super::{
    reveal::Credential,
    revealed::{FileKind, Handout},
};
use crate::frame::{ExactTime, Icon};

/// The file to download, and the fingerprint and end of the certificate in it.
#[component]
pub(super) fn HandoutBlock(
    handout: Handout,
    /// The token's label as a file name.
    name: String,
) -> impl IntoView {
    let Handout { data, kind, certificate } = handout;
    let (what, note, download) = match kind {
        FileKind::Bundle => ("Certificate and private key", "opens with your password", "Download .p12"),
        FileKind::Pem => ("Certificate", "for your private key, not secret", "Download .pem"),
        FileKind::ExecKubeconfig => ("kubeconfig", "not secret", "Download .yaml"),
        FileKind::TokenKubeconfig => ("kubeconfig", "with the API key in it", "Download .yaml"),
        FileKind::CertificateKubeconfig => {
            ("kubeconfig", "with a certificate and its private key in it", "Download .yaml")
        }
    };
    let (fingerprint, end) = certificate.unzip();
    let end = end.flatten().map(|at| view! { <span class="small muted">"Ends "<ExactTime at/></span> });
    let fingerprint = fingerprint.map(|text| {
        view! { <Credential id="fingerprint" name="Fingerprint" note="SHA-256, not secret">{text}</Credential> }
    });
    view! {
        <div class="credential" role="group" aria-labelledby="handout-l">
            <span class="label" id="handout-l">{what}" "<small>{note}</small></span>
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
