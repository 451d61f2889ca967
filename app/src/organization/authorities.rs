//! The list of certificate authorities.

use leptos::prelude::*;
use mintkey_domain::{CertificateAuthorityId, wire::CertificateAuthority};

use crate::{
    clock::now,
    frame::{Badge, Card, Column, DataTable, RelativeTime, Rows, Tone},
};

/// The authorities, the newest first: that one issues.
#[component]
pub(super) fn Authorities(authorities: Vec<CertificateAuthority>) -> impl IntoView {
    if authorities.is_empty() {
        return view! {
            <Card id="authorities-h" heading="Certificate authorities">
                <div class="in">
                    <p>"None yet. One is made with the first client certificate."</p>
                </div>
            </Card>
        }
        .into_any();
    }
    let columns = [
        Column::new("Name and fingerprint", "col-name"),
        Column::new("Origin", "col-role"),
        Column::new("Ends", "col-expires"),
        Column::new("Created", "col-created"),
        Column::new("Status", "col-status"),
    ];
    let issuing = authorities.first().filter(|newest| newest.expires_at.millis() > now()).map(|newest| newest.id);
    let rows = authorities.into_iter().map(|authority| view! { <AuthorityRow authority issuing/> }).collect_view();
    view! {
        <Card id="authorities-h" heading="Certificate authorities">
            <DataTable caption="Certificate authorities, newest first" class="authorities" columns>
                <Rows>{rows}</Rows>
            </DataTable>
        </Card>
    }
    .into_any()
}

#[component]
fn AuthorityRow(
    authority: CertificateAuthority,
    /// The one that issues.
    issuing: Option<CertificateAuthorityId>,
) -> impl IntoView {
    let CertificateAuthority { id, subject, fingerprint_sha256, brought, expires_at, created_at, .. } = authority;
    let (icon, tone, status) = if issuing == Some(id) {
        ("ok", Tone::Success, "Issues")
    } else if expires_at.millis() > now() {
        ("clock", Tone::Muted, "Earlier")
    } else {
        ("hour", Tone::Muted, "Expired")
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="col-name">
                <b title=subject.clone()>{subject.clone()}</b><small class="mono whole">{fingerprint_sha256}</small>
            </th>
            <td role="cell" class="col-role" data-label="Origin">
                <span>{if brought { "Brought" } else { "Made here" }}</span>
            </td>
            <td role="cell" class="col-expires" data-label="Ends"><div><RelativeTime at=expires_at/></div></td>
            <td role="cell" class="col-created" data-label="Created"><div><RelativeTime at=created_at/></div></td>
            <td role="cell" class="col-status"><Badge icon tone>{status}</Badge></td>
        </tr>
    }
}
