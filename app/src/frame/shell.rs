//! The frame around a page: the way to the other pages, the person, the theme.

use leptos::prelude::*;
use mintkey_domain::{
    Role, own,
    wire::{OwnOrganization, Viewer},
};

use super::{
    about::about,
    icon::{icon, mark},
    number::number,
    role::role_name,
    time::initials,
};
use crate::{
    error::Result,
    web::{SignedIn, Theme},
};

/// The parts of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// The tokens.
    Tokens,
    /// The machine identities.
    ServiceAccounts,
    /// The scope catalogue.
    Scopes,
    /// What was done, and what was refused.
    Audit,
    /// The people.
    Members,
    /// The organization's settings.
    Organization,
    /// The instance as a whole.
    System,
    /// The person's own settings.
    Profile,
    /// None of them.
    Elsewhere,
}

/// What the frame shows.
pub(crate) struct Frame {
    viewer: Viewer,
    tokens: Option<i64>,
    accounts: Option<i64>,
    scopes: Option<i64>,
    audit: bool,
    members: bool,
    organizations: Vec<OwnOrganization>,
    section: Section,
    theme: Theme,
    here: String,
    flash: Option<String>,
}

impl Frame {
    /// Reads what the frame shows to this person.
    pub(crate) async fn load(person: &SignedIn, section: Section) -> Result<Self> {
        let service = person.visitor.service();
        let actor = &person.actor;
        let may_see_tokens = actor.allows(own::TOKENS_READ);
        let tokens = if may_see_tokens { Some(service.token_counts(actor).await?.total) } else { None };
        let may_see_accounts = actor.allows(own::SERVICE_ACCOUNTS_READ);
        let accounts = if may_see_accounts {
            let counts = service.service_account_counts(actor).await?;
            Some(counts.active + counts.suspended)
        } else {
            None
        };
        let may_see_scopes = actor.allows(own::SCOPES_READ);
        let scopes = if may_see_scopes {
            Some(i64::try_from(service.scopes(actor).await?.len()).unwrap_or(i64::MAX))
        } else {
            None
        };
        Ok(Self {
            viewer: service.viewer(actor).await?,
            tokens,
            accounts,
            scopes,
            audit: actor.allows(own::AUDIT_READ),
            members: actor.allows(own::MEMBERS_READ),
            organizations: service.my_organizations(actor).await?,
            section,
            theme: person.visitor.theme,
            here: person.visitor.here.clone(),
            flash: person.visitor.flash.clone(),
        })
    }
}

/// The frame, with the page in it and a dialog above. What lies beneath a dialog can't be reached.
pub(crate) fn shell(frame: Frame, main: AnyView, dialog: Option<AnyView>) -> impl IntoView {
    let beneath = dialog.is_some();
    let flash = frame.flash.clone();
    view! {
        <a class="sr-only skip" href="#main" inert=beneath>"Skip to content"</a>
        <div class="shell" inert=beneath>
            {side(frame)}
            <main id="main" tabindex="-1">{main}</main>
            <footer class="about">{about()}<a class="link" href="/settings/help">"Help"</a></footer>
        </div>
        {dialog}
        <div class="toasts" role="status" aria-live="polite">
            {flash.map(|text| view! { <p class="toast" data-toast>{icon("ok")}<span>{text}</span></p> })}
        </div>
    }
}

fn side(frame: Frame) -> impl IntoView {
    let Frame { viewer, tokens, accounts, scopes, audit, members, organizations, section, theme, here, .. } = frame;
    let administers = viewer.role == Role::Admin;
    // On a narrow screen the theme moves into the menu.
    let small = themes(theme, here.clone(), "theme small-only").into_any();
    let wide = themes(theme, here, "theme");
    view! {
        <header class="side">
            <a class="brand" href="/settings/tokens" aria-label="Mintkey, home">{mark()}<span>"Mintkey"</span></a>
            {organization(&viewer, organizations)}
            <nav class="nav" aria-label="Main">
                <ul>
                    {tokens.map(|n| item("", link("/settings/tokens", "key", "Tokens", Some(n), section == Section::Tokens)))}
                    {accounts.map(|n| {
                        let current = section == Section::ServiceAccounts;
                        item("", link("/settings/service-accounts", "bot", "Service accounts", Some(n), current))
                    })}
                    {scopes.map(|n| item("", link("/settings/scopes", "scope", "Scopes", Some(n), section == Section::Scopes)))}
                    {audit.then(|| item("gap", link("/settings/audit", "log", "Audit log", None, section == Section::Audit)))}
                    {members.then(|| item("gap", link("/settings/members", "users", "Members", None, section == Section::Members)))}
                    {members.then(|| {
                        let current = section == Section::Organization;
                        item("", link("/settings/organization", "org", "Organization", None, current))
                    })}
                    {administers.then(|| item("", link("/settings/system", "system", "System", None, section == Section::System)))}
                </ul>
            </nav>
            <div class="side-foot">{wide}{account(&viewer, section, small)}</div>
        </header>
    }
}

/// The organization that the person works in; with several, a menu to switch between them.
fn organization(viewer: &Viewer, organizations: Vec<OwnOrganization>) -> AnyView {
    let name = viewer.organization.clone();
    let face = view! {
        <span class="avatar" aria-hidden="true">{initials(&name)}</span>
        <span title=name.clone()>{name.clone()}</span>
    };
    if organizations.len() < 2 {
        return view! { <p class="org">{face}</p> }.into_any();
    }
    let choices = organizations.into_iter().map(|one| {
        let sign = if one.current { "check" } else { "org" };
        let current = one.current.then_some("true");
        view! {
            <form action="/switch" method="post">
                <input type="hidden" name="organization" value=one.id.to_string()/>
                <button aria-current=current>{icon(sign)}<span class="whole">{one.name}</span></button>
            </form>
        }
    });
    let choices = choices.collect_view();
    view! {
        <button class="org" type="button" popovertarget="organizations">
            {face}" "<span class="sr-only">", switch organization"</span>{icon("updown")}
        </button>
        <div class="menu start" id="organizations" popover>{choices}</div>
    }
    .into_any()
}

/// One of the ways; `gap` sets it apart from the one before.
fn item(class: &'static str, link: impl IntoView) -> impl IntoView {
    view! { <li class=class>{link}</li> }
}

fn link(
    href: &'static str,
    name: &'static str,
    words: &'static str,
    count: Option<i64>,
    current: bool,
) -> impl IntoView {
    view! {
        <a href=href aria-current=current.then_some("page")>
            {icon(name)}{words}{count.map(|n| view! { " "<span class="num">{number(n)}</span> })}
        </a>
    }
}

fn themes(chosen: Theme, here: String, class: &'static str) -> impl IntoView {
    let button = |theme: Theme, label: &'static str, title: &'static str, name: &'static str| {
        let pressed = if theme == chosen { "true" } else { "false" };
        view! {
            <button name="theme" value=theme.name() aria-pressed=pressed aria-label=label title=title>{icon(name)}</button>
        }
    };
    view! {
        <form class=class action="/theme" method="post" aria-label="Theme" data-themes>
            <input type="hidden" name="back" value=here/>
            {button(Theme::System, "Match system theme", "Match system", "screen")}
            {button(Theme::Light, "Light theme", "Light", "sun")}
            {button(Theme::Dark, "Dark theme", "Dark", "moon")}
        </form>
    }
}

fn account(viewer: &Viewer, section: Section, small: AnyView) -> impl IntoView + use<> {
    let role = role_name(viewer.role);
    let current = (section == Section::Profile).then_some("page");
    view! {
        <button class="account" type="button" popovertarget="account-menu">
            <span class="avatar" aria-hidden="true">{initials(&viewer.email)}</span>
            <span title=viewer.email.clone()>{viewer.email.clone()}" "<small>{role}</small></span>
            {icon("updown")}
        </button>
        <div class="menu up" id="account-menu" popover>
            <a href="/settings/profile" aria-current=current>{icon("user")}"Profile"</a>
            {small}
            <hr/>
            <form action="/logout" method="post"><button>{icon("out")}"Sign out"</button></form>
        </div>
    }
}
