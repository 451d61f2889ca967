//! The page of one token.

use axum::{extract::Path, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    AuditAction, AuditOutcome, Timestamp, TokenId, TokenStatus, scopes,
    wire::{AuditEvent, SecretUse, Token},
};
use mintkey_service::{Actor, AuditQuery, Paging};

use super::{
    abilities::Abilities,
    badge::{DisplayStatus, StatusBadge},
    certificate_card::CertificateCard,
    credentials::{ClientKeysCard, RotationCard},
    jwks,
    kubeconfig_card::KubeconfigCard,
    owner::can_open,
    properties::{Properties, Scopes},
    row::TokenMenuItems,
};
use crate::{
    error::Result,
    frame::{Breadcrumb, DialogLink, ExactTime, MenuItem, Note, PageMenu, RelativeTime, Section, Tone},
    page::Page,
    return_to::ReturnTo,
    web::{SignedIn, parse_id},
};

/// The data of the page.
pub(crate) struct Detail {
    token: Token,
    secret_uses: Vec<SecretUse>,
    /// Display names of its client's public keys.
    keys: Vec<String>,
    /// The name of its kubeconfig's cluster.
    cluster: Option<String>,
    abilities: Abilities,
    /// The event that invalidated the token, if the user can see it.
    invalidation: Option<AuditEvent>,
    actor: Actor,
}

/// `GET /settings/tokens/{id}`.
pub(crate) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    let detail = Detail::load(&user, parse_id(&id)?).await?;
    let title = detail.token.label.clone();
    Page::new(title, Section::Tokens).show(&user, move || view! { <TokenPage detail/> }).await
}

impl Detail {
    pub(crate) async fn load(user: &SignedIn, id: TokenId) -> Result<Self> {
        let (service, actor) = (user.visitor.service(), &user.actor);
        let token = service.token(actor, id).await?;
        let secret_uses = service.token_secret_uses(actor, id).await?;
        let keys = service.client_keys(actor, id).await?.iter().map(jwks::name).collect();
        let cluster = match &token.kubeconfig {
            Some(kubeconfig) => service.cluster(actor, kubeconfig.cluster_id).await.ok().map(|cluster| cluster.name),
            None => None,
        };
        let abilities = Abilities::of(actor, &token);
        let invalidation = invalidation(user, &token).await?;
        Ok(Self { token, secret_uses, keys, cluster, abilities, invalidation, actor: actor.clone() })
    }
}

async fn invalidation(user: &SignedIn, token: &Token) -> Result<Option<AuditEvent>> {
    if token.status != TokenStatus::Invalidated || !user.actor.allows(scopes::AUDIT_READ) {
        return Ok(None);
    }
    let query = AuditQuery {
        action: Some(AuditAction::TokenInvalidate.to_string()),
        target: Some(token.id.uuid()),
        outcome: Some(AuditOutcome::Done),
        paging: Paging::Page { page: 1, limit: 1 },
        ..AuditQuery::default()
    };
    Ok(user.visitor.service().audit_log(&user.actor, query).await?.data.pop())
}

#[component]
pub(crate) fn TokenPage(detail: Detail) -> impl IntoView {
    let Detail { token, secret_uses, keys, cluster, abilities, invalidation, actor } = detail;
    let return_to = ReturnTo::token(token.id);
    let invalidated = token.invalidated_at.map(|at| view! { <Invalidated at event=invalidation/> });
    let has_certificate = token.certificate.is_some();
    let can_open_owner = can_open(&actor, &token.owner);
    view! {
        <Breadcrumb list="Tokens" href="/settings/tokens" current=token.label.clone()/>
        <PageHead token=token.clone() abilities return_to=return_to.clone()/>
        <Damage token=token.clone()/>
        {invalidated}
        <Properties token=token.clone() can_open_owner/>
        <div class="main-and-aside">
            <div><Scopes scopes=token.scopes.clone()/></div>
            <div>
                <KubeconfigCard token=token.clone() cluster/>
                <CertificateCard token=token.clone()/>
                <RotationCard token=token.clone() uses=secret_uses can_edit=abilities.edit return_to=return_to.clone()/>
                <ClientKeysCard id=token.id keys has_certificate can_edit=abilities.edit return_to/>
            </div>
        </div>
    }
}

#[component]
fn PageHead(token: Token, abilities: Abilities, return_to: ReturnTo) -> impl IntoView {
    let id = token.id;
    let status = DisplayStatus::of(&token);
    let href = |dialog| return_to.token_dialog(id, dialog);
    let edit = abilities.edit.then(|| view! { <DialogLink href=href("edit") icon="pencil" label="Edit"/> });
    let rotate = abilities.rotate.then(|| view! { <DialogLink href=href("rotate") icon="rotate" label="Rotate"/> });
    let others = Abilities { edit: false, rotate: false, ..abilities };
    // Users who can delete a token can also create one.
    let duplicate = others.delete.then(|| {
        let href = return_to.duplicate_dialog(id);
        view! { <MenuItem href icon="plus" label="Duplicate"/><hr/> }
    });
    let menu = others.any().then(|| {
        let return_to = return_to.clone();
        view! { <PageMenu>{duplicate}<TokenMenuItems id abilities=others return_to/></PageMenu> }
    });
    view! {
        <header class="page-head">
            <div>
                <div class="actions"><h1>{token.label}</h1><StatusBadge status/></div>
                {token.description.map(|text| view! { <p class="lines">{text}</p> })}
            </div>
            <div class="actions">{edit}{rotate}{menu}</div>
        </header>
    }
}

/// Reports the stored values that can't be read, and the consequences.
#[component]
fn Damage(token: Token) -> impl IntoView {
    let fields = &token.needs_attention;
    let meaning = if token.needs_attention_only_at(&["allowed_cidrs"]) {
        "The stored range matches no address. Edit the token to replace it."
    } else if token.needs_attention_only_at(&["allowed_cidrs", "scopes"]) {
        "The token is refused. Edit it to replace its scopes."
    } else {
        "The token is refused. Create a new one in its place."
    };
    let message = format!("A stored value can't be read: {}. {meaning}", fields.join(", "));
    (!fields.is_empty()).then(|| view! { <Note tone=Tone::Danger>{message}</Note> })
}

/// When the token was invalidated, by whom and why.
#[component]
fn Invalidated(
    at: Timestamp,
    /// The event, if the user can see it.
    event: Option<AuditEvent>,
) -> impl IntoView {
    let details = match event {
        None => ".".into_any(),
        Some(event) => {
            let reason = event.details.notes.get("reason").and_then(|reason| reason.as_str());
            let reason = reason.filter(|reason| !reason.is_empty()).map(|reason| format!(" Reason: {reason}."));
            let href = format!("/settings/audit/{}", event.id);
            view! { " by "{event.actor.name}"."{reason}" "<a class="link" href=href>"See the event"</a>"." }.into_any()
        }
    };
    view! {
        <Note tone=Tone::Danger>
            <strong>"Invalidated"</strong>" "<RelativeTime at/>", "<ExactTime at/>{details}
        </Note>
    }
}
