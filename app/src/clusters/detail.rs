//! The page of one cluster: its webhook, its groups, and the certificates of its API server.

use axum::{extract::Path, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    ClusterId, scopes,
    wire::{Cluster, ClusterGroup},
};

use super::access::{LIST, page_of, webhook_url};
use crate::{
    error::Result,
    frame::{
        Breadcrumb, Card, Column, DataTable, DialogLink, MenuItem, PageMenu, RelativeTime, Rows, Section, Tone,
        counted, icons_path,
    },
    islands::CopyButton,
    page::Page,
    time_format::date,
    web::{SignedIn, encode, parse_id},
};

/// The data of the page.
pub(super) struct Detail {
    pub(super) cluster: Cluster,
    webhook: String,
    can_edit: bool,
    can_create_tokens: bool,
    can_read_audit: bool,
}

/// `GET /settings/clusters/{id}`.
pub(super) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    let detail = Detail::load(&user, parse_id(&id)?).await?;
    let title = detail.cluster.name.clone();
    Page::new(title, Section::Clusters).show(&user, move || view! { <ClusterPage detail/> }).await
}

impl Detail {
    pub(super) async fn load(user: &SignedIn, id: ClusterId) -> Result<Self> {
        let actor = &user.actor;
        Ok(Self {
            cluster: user.visitor.service().cluster(actor, id).await?,
            webhook: webhook_url(&user.visitor.console, id),
            can_edit: actor.allows(scopes::CLUSTERS_WRITE),
            can_create_tokens: actor.allows(scopes::TOKENS_WRITE),
            can_read_audit: actor.allows(scopes::AUDIT_READ),
        })
    }
}

#[component]
pub(super) fn ClusterPage(detail: Detail) -> impl IntoView {
    let Detail { cluster, webhook, can_edit, can_create_tokens, can_read_audit } = detail;
    view! {
        <Breadcrumb list="Clusters" href=LIST current=cluster.name.clone()/>
        <PageHead id=cluster.id name=cluster.name.clone() can_edit can_create_tokens/>
        <div class="stack">
            <Properties cluster=cluster.clone() can_read_audit/>
            <Webhook url=webhook/>
            <Groups groups=cluster.groups/>
            <Certificates pem=cluster.ca_pem/>
        </div>
    }
}

#[component]
fn PageHead(id: ClusterId, name: String, can_edit: bool, can_create_tokens: bool) -> impl IntoView {
    let page = page_of(id);
    let create = can_create_tokens.then(|| {
        let href = format!("/settings/tokens/new?kind=kubeconfig&cluster={id}");
        view! { <DialogLink href icon="plus" label="New kubeconfig"/> }
    });
    let change = can_edit.then(|| {
        view! {
            <DialogLink href=format!("{page}/edit") icon="pencil" label="Edit"/>
            <PageMenu>
                <MenuItem href=format!("{page}/delete") icon="trash" label="Delete" tone=Tone::Danger/>
            </PageMenu>
        }
    });
    view! {
        <header class="page-head">
            <div><h1>{name}</h1></div>
            <div class="actions">{create}{change}</div>
        </header>
    }
}

#[component]
fn Properties(cluster: Cluster, can_read_audit: bool) -> impl IntoView {
    let Cluster { id, server, default_namespace, created_at, updated_at, .. } = cluster;
    let events = can_read_audit.then(|| {
        let href = format!("/settings/audit?target={}", encode(&id.to_string()));
        view! { ". "<a class="link" href=href>"All events for this cluster"</a> }
    });
    view! {
        <section class="card" aria-label="Properties">
            <dl class="facts-row">
                <div class="span-2"><dt>"API server"</dt><dd class="mono">{server}</dd></div>
                <div class="span-2"><dt>"Cluster ID"</dt><dd class="mono">{id.to_string()}</dd></div>
                <div><dt>"Default namespace"</dt><dd>{default_namespace}</dd></div>
                <div><dt>"Created"</dt><dd><RelativeTime at=created_at/></dd></div>
                <div class="span-2">
                    <dt>"Last changed"</dt><dd><RelativeTime at=updated_at/>", "{date(updated_at.millis())}{events}</dd>
                </div>
            </dl>
        </section>
    }
}

/// What the API server needs in order to ask about tokens.
#[component]
fn Webhook(url: String) -> impl IntoView {
    let lines = vec![(String::new(), "webhook".to_owned())];
    view! {
        <Card id="webhook-t" heading="Webhook">
            <div class="in">
                <div class="credential">
                    <span class="label" id="webhook-l">"Webhook URL"</span>
                    <code class="value" id="webhook" tabindex="0" role="group" aria-labelledby="webhook-l">{url}</code>
                    <CopyButton lines label="Copy".to_owned() what="Webhook URL".to_owned() icons=icons_path()/>
                </div>
                <p class="muted">
                    "The API server asks here about tokens. Name this URL in its "
                    <code class="whole">"--authentication-token-webhook-config-file"</code>
                    ", with the API key of a service account that has the scope "<code>"mintkey:verify"</code>
                    ". docs/kubernetes.md has the whole file and the other flags."
                </p>
            </div>
        </Card>
    }
}

#[component]
fn Groups(groups: Vec<ClusterGroup>) -> impl IntoView {
    if groups.is_empty() {
        return view! {
            <Card id="groups-t" heading="Groups">
                <div class="in"><p class="muted">"None. Tokens are users of the cluster, in no group."</p></div>
            </Card>
        }
        .into_any();
    }
    let count = counted(i64::try_from(groups.len()).unwrap_or(i64::MAX), "group", "groups");
    let aside = view! { <span class="muted small push">{count}", by the scopes of a token"</span> }.into_any();
    let columns = [Column::new("Group", "col-name"), Column::new("Scope", "col-description")];
    let rows = groups.into_iter().map(|ClusterGroup { group, scope }| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row" class="col-name"><b>{group}</b></th>
                <td role="cell" class="col-description" data-label="Scope"><code>{scope}</code></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card id="groups-t" heading="Groups" aside>
            <DataTable caption="Groups and their scopes" class="groups" columns><Rows>{rows}</Rows></DataTable>
        </Card>
    }
    .into_any()
}

#[component]
fn Certificates(pem: String) -> impl IntoView {
    let lines = vec![(String::new(), "certificates".to_owned())];
    let aside = view! {
        <span class="push">
            <CopyButton lines label=String::new() what="Certificates".to_owned() icons=icons_path()/>
        </span>
    }
    .into_any();
    view! {
        <Card id="certificates-t" heading="Certificates of the API server" aside>
            <div class="in">
                <pre class="pem" id="certificates" tabindex="0" role="group" aria-labelledby="certificates-t">
                    {pem}
                </pre>
            </div>
        </Card>
    }
}
