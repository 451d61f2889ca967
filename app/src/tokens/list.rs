//! The list of tokens.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    Principal, own,
    wire::{Owner, Page, Token, TokenCounts},
};
use mintkey_service::Actor;
use uuid::Uuid;

use super::{
    columns::{foot, head},
    empty::{first_token, no_match},
    query::ListQuery,
    row::row,
    toolbar::{tabs, toolbar},
};
use crate::{
    error::Result,
    frame::{Section, counted, icon, ignored_filters, number},
    return_to::ReturnTo,
    web::{Screen, SignedIn},
};

/// What the list shows.
pub(crate) struct List {
    query: ListQuery,
    page: Page<Token>,
    counts: TokenCounts,
    /// Whom the filter offers, and whether there are others.
    owners: (Vec<Owner>, bool),
    scopes: Vec<String>,
    organization: String,
    actor: Actor,
}

/// `GET /settings/tokens`.
pub(crate) async fn page(person: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let query = ListQuery::parse(query.as_deref().unwrap_or_default());
    let list = List::load(&person, query).await?;
    Screen::new("Tokens", Section::Tokens).show(&person, move || (list.view(), None)).await
}

/// Whom the filter offers: what is filtered by is among them by its name.
async fn owners(person: &SignedIn, query: &ListQuery) -> Result<(Vec<Owner>, bool)> {
    let service = person.visitor.service();
    let (mut owners, is_cut) = service.token_owners(&person.actor).await?;
    if let Ok(id) = query.owner.parse::<Uuid>()
        && !owners.iter().any(|owner| owner.id == id)
        && let Ok(owner) = service.owner(&person.actor, id).await
    {
        owners.push(owner);
    }
    Ok((owners, is_cut))
}

impl List {
    /// Reads it.
    pub(crate) async fn load(person: &SignedIn, query: ListQuery) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        Ok(Self {
            page: service.list_tokens(actor, query.params()).await?,
            counts: service.token_counts(actor).await?,
            owners: owners(person, &query).await?,
            scopes: service.scopes(actor).await?.into_iter().map(|scope| scope.name).collect(),
            organization: service.viewer(actor).await?.organization,
            actor: actor.clone(),
            query,
        })
    }

    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        let may_create = self.actor.allows(own::TOKENS_WRITE);
        if self.counts.total == 0 {
            return first_token(&self.organization, may_create).into_any();
        }
        let return_to = ReturnTo::new(self.query.href());
        let new = may_create.then(|| {
            view! { <a class="btn primary" href=return_to.new_token_dialog() aria-haspopup="dialog">{icon("plus")}"New token"</a> }
        });
        let summary = summary(&self.organization, self.counts);
        let tabs = tabs(&self.query, self.counts).into_any();
        let toolbar = toolbar(&self.query, &self.owners, &self.scopes).into_any();
        view! {
            <header class="page-head"><div><h1>"Tokens"</h1><p>{summary}</p></div>{new}</header>
            {tabs}
            {toolbar}
            <div id="results">{self.results(&return_to)}</div>
        }
        .into_any()
    }

    fn results(self, return_to: &ReturnTo) -> AnyView {
        let ignored = ignored_filters(self.query.mistakes());
        if self.page.data.is_empty() {
            return view! { {ignored}{no_match(&self.query)} }.into_any();
        }
        let caption = format!("Tokens of {}", self.organization);
        let named = caption.clone();
        let me = self.actor.principal().map_or(Uuid::nil(), Principal::id);
        let foot = foot(&self.query, &self.page).into_any();
        let head = head(&self.query).into_any();
        let rows = self.page.data.into_iter().map(|token| row(token, &self.actor, me, return_to)).collect_view();
        view! {
            {ignored}
            <div class="table-wrap" role="region" aria-label=named tabindex="0">
                <table class="table cards tokens" role="table">
                    <caption class="sr-only">{caption}</caption>
                    {head}
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
                {foot}
            </div>
        }
        .into_any()
    }
}

fn summary(organization: &str, counts: TokenCounts) -> String {
    let soon = match counts.expiring {
        0 => String::new(),
        1 => " 1 expires within 14 days.".to_owned(),
        n => format!(" {} expire within 14 days.", number(n)),
    };
    format!("{} in {organization}.{soon}", counted(counts.total, "token", "tokens"))
}
