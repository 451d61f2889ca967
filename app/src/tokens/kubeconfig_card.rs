//! A token's kubeconfig, on its page.

use leptos::prelude::*;
use mintkey_domain::{KubeconfigMethod, TokenKind, wire::Token};

use super::kubeconfig_fields::method_name;
use crate::frame::{Card, ExactTime, Note, Tone};

/// Says in a dialog that stops a token, or its certificate, that the cluster can't revoke it.
#[component]
pub(super) fn OutlivingCertificate(token: Token) -> impl IntoView {
    token.outliving_certificate().map(|certificate| {
        let at = certificate.expires_at;
        view! {
            <Note tone=Tone::Warning>
                "The cluster accepts the certificate of its kubeconfig until "<ExactTime at/>"."
            </Note>
        }
    })
}

/// The kubeconfig, if the token is of that kind.
#[component]
pub(super) fn KubeconfigCard(
    token: Token,
    /// The name of its cluster.
    cluster: Option<String>,
) -> impl IntoView {
    if token.kind != TokenKind::Kubeconfig {
        return None;
    }
    let content = match token.kubeconfig {
        None => view! { <p class="muted">"Its cluster was deleted."</p> }.into_any(),
        Some(kubeconfig) => {
            let id = kubeconfig.cluster_id.to_string();
            let href = format!("/settings/clusters/{id}");
            let note = (kubeconfig.method == KubeconfigMethod::Certificate).then(|| {
                view! {
                    <Note>
                        "The cluster can't revoke the certificate: the file gives access until the certificate ends."
                    </Note>
                }
            });
            view! {
                {note}
                <dl class="facts">
                    <dt>"Cluster"</dt>
                    <dd><a class="link" href=href>{cluster.unwrap_or(id)}</a></dd>
                    <dt>"Namespace"</dt>
                    <dd class="mono">{kubeconfig.namespace}</dd>
                    <dt>"Authenticates by"</dt>
                    <dd>{method_name(kubeconfig.method)}</dd>
                </dl>
            }
            .into_any()
        }
    };
    Some(view! { <Card id="kubeconfig-h" heading="kubeconfig"><div class="in">{content}</div></Card> })
}
