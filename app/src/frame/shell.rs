//! The shell around a page: navigation, account menu and theme.

use leptos::prelude::*;
use mintkey_domain::{
    Role, scopes,
    wire::{OwnOrganization, Viewer},
};

use super::{
    about::About,
    icon::{Icon, Mark},
    number::number,
    role::role_name,
    time::initials,
};
use crate::{
    error::Result,
    web::{SignedIn, Theme},
};

/// The sections of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Tokens,
    ServiceAccounts,
    Scopes,
    /// Kubernetes clusters.
    Clusters,
    Audit,
    Members,
    /// The organization's settings.
    Organization,
    /// The whole instance.
    System,
    /// The user's own settings.
    Profile,
    /// A page outside these sections.
    Elsewhere,
}

/// The data of the shell.
pub(crate) struct ShellData {
    viewer: Viewer,
    tokens: Option<i64>,
    accounts: Option<i64>,
    scopes: Option<i64>,
    clusters: bool,
    audit: bool,
    members: bool,
    organizations: Vec<OwnOrganization>,
    section: Section,
    theme: Theme,
    path: String,
    flash: Option<String>,
}

impl ShellData {
    /// Loads what this user may see.
    pub(crate) async fn load(user: &SignedIn, section: Section) -> Result<Self> {
        let service = user.visitor.service();
        let actor = &user.actor;
        let may_see_tokens = actor.allows(scopes::TOKENS_READ);
        let tokens = if may_see_tokens { Some(service.token_counts(actor).await?.total) } else { None };
        let may_see_accounts = actor.allows(scopes::SERVICE_ACCOUNTS_READ);
        let accounts = if may_see_accounts {
            let counts = service.service_account_counts(actor).await?;
            Some(counts.active + counts.suspended)
        } else {
            None
        };
        let may_see_scopes = actor.allows(scopes::SCOPES_READ);
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
            clusters: actor.allows(scopes::CLUSTERS_READ),
            audit: actor.allows(scopes::AUDIT_READ),
            members: actor.allows(scopes::MEMBERS_READ),
            organizations: service.my_organizations(actor).await?,
            section,
            theme: user.visitor.theme,
            path: user.visitor.path.clone(),
            flash: user.visitor.flash.clone(),
        })
    }
}

/// The shell, with the page inside it and a dialog above. An open dialog makes the page inert.
#[component]
pub(crate) fn Shell(data: ShellData, main: AnyView, dialog: Option<AnyView>) -> impl IntoView {
    let inert = dialog.is_some();
    let flash = data.flash.clone();
    view! {
        <a class="sr-only skip" href="#main" inert=inert>"Skip to content"</a>
        <div class="shell" inert=inert>
            <Side data/>
            <main id="main" tabindex="-1">{main}</main>
            <footer class="about"><About/><a class="link" href="/settings/help">"Help"</a></footer>
        </div>
        {dialog}
        <div class="toasts" role="status" aria-live="polite">
            {flash.map(|message| view! { <p class="toast" data-toast><Icon name="ok"/><span>{message}</span></p> })}
        </div>
    }
}

#[component]
fn Side(data: ShellData) -> impl IntoView {
    let ShellData {
        viewer,
        tokens,
        accounts,
        scopes,
        clusters,
        audit,
        members,
        organizations,
        section,
        theme,
        path,
        ..
    } = data;
    let is_admin = viewer.role == Role::Admin;
    view! {
        <header class="side">
            <a class="brand" href="/settings/tokens" aria-label="Mintkey, home"><Mark/><span>"Mintkey"</span></a>
            <OrganizationSwitcher name=viewer.organization.clone() organizations/>
            <nav class="nav" aria-label="Main">
                <ul>
                    {tokens.map(|count| view! { <NavItem section=Section::Tokens current=section count/> })}
                    {accounts.map(|count| view! { <NavItem section=Section::ServiceAccounts current=section count/> })}
                    {scopes.map(|count| view! { <NavItem section=Section::Scopes current=section count/> })}
                    {clusters.then(|| view! { <NavItem section=Section::Clusters current=section/> })}
                    {audit.then(|| view! { <NavItem section=Section::Audit current=section/> })}
                    {members.then(|| view! { <NavItem section=Section::Members current=section/> })}
                    {members.then(|| view! { <NavItem section=Section::Organization current=section/> })}
                    {is_admin.then(|| view! { <NavItem section=Section::System current=section/> })}
                </ul>
            </nav>
            <div class="side-foot">
                <ThemePicker chosen=theme path=path.clone() class="theme"/>
                <AccountMenu email=viewer.email role=viewer.role current={section == Section::Profile}>
                    // On narrow screens the theme picker moves into the menu.
                    <ThemePicker chosen=theme path class="theme small-only"/>
                </AccountMenu>
            </div>
        </header>
    }
}

/// The current organization. Users with several organizations get a menu to switch.
#[component]
fn OrganizationSwitcher(name: String, organizations: Vec<OwnOrganization>) -> impl IntoView {
    let face = view! {
        <span class="avatar" aria-hidden="true">{initials(&name)}</span>
        <span title=name.clone()>{name.clone()}</span>
    };
    if organizations.len() < 2 {
        return view! { <p class="org">{face}</p> }.into_any();
    }
    let choices = organizations.into_iter().map(|organization| {
        let icon = if organization.current { "check" } else { "org" };
        let current = organization.current.then_some("true");
        view! {
            <form action="/switch" method="post">
                <input type="hidden" name="organization" value=organization.id.to_string()/>
                <button aria-current=current><Icon name=icon/><span class="whole">{organization.name}</span></button>
            </form>
        }
    });
    let choices = choices.collect_view();
    view! {
        <button class="org" type="button" popovertarget="organizations">
            {face}" "<span class="sr-only">", switch organization"</span><Icon name="updown"/>
        </button>
        <div class="menu start" id="organizations" popover>{choices}</div>
    }
    .into_any()
}

/// A navigation link to a section.
#[component]
fn NavItem(
    section: Section,
    /// The open section.
    current: Section,
    /// Number of entries in the section.
    #[prop(optional)]
    count: Option<i64>,
) -> impl IntoView {
    let (href, icon, label) = match section {
        Section::ServiceAccounts => ("/settings/service-accounts", "bot", "Service accounts"),
        Section::Scopes => ("/settings/scopes", "scope", "Scopes"),
        Section::Clusters => ("/settings/clusters", "helm", "Clusters"),
        Section::Audit => ("/settings/audit", "log", "Audit log"),
        Section::Members => ("/settings/members", "users", "Members"),
        Section::Organization => ("/settings/organization", "org", "Organization"),
        Section::System => ("/settings/system", "system", "System"),
        Section::Profile => ("/settings/profile", "user", "Profile"),
        Section::Tokens | Section::Elsewhere => ("/settings/tokens", "key", "Tokens"),
    };
    // These two start a group.
    let class = matches!(section, Section::Audit | Section::Members).then_some("group-start");
    let current = (section == current).then_some("page");
    let count = count.map(|count| view! { " "<span class="num">{number(count)}</span> });
    view! { <li class=class><a href=href aria-current=current><Icon name=icon/>{label}{count}</a></li> }
}

#[component]
fn ThemePicker(
    chosen: Theme,
    /// The page to return to.
    path: String,
    class: &'static str,
) -> impl IntoView {
    view! {
        <form class=class action="/theme" method="post" aria-label="Theme" data-themes>
            <input type="hidden" name="back" value=path/>
            <ThemeButton theme=Theme::System chosen label="Match system theme" title="Match system" icon="screen"/>
            <ThemeButton theme=Theme::Light chosen label="Light theme" title="Light" icon="sun"/>
            <ThemeButton theme=Theme::Dark chosen label="Dark theme" title="Dark" icon="moon"/>
        </form>
    }
}

#[component]
fn ThemeButton(
    theme: Theme,
    chosen: Theme,
    label: &'static str,
    title: &'static str,
    icon: &'static str,
) -> impl IntoView {
    let pressed = if theme == chosen { "true" } else { "false" };
    view! {
        <button name="theme" value=theme.name() aria-pressed=pressed aria-label=label title=title><Icon name=icon/></button>
    }
}

/// The user's menu. Its children are shown on narrow screens only.
#[component]
fn AccountMenu(
    email: String,
    role: Role,
    /// Whether the profile is open.
    current: bool,
    children: Children,
) -> impl IntoView {
    let current = current.then_some("page");
    view! {
        <button class="account" type="button" popovertarget="account-menu">
            <span class="avatar" aria-hidden="true">{initials(&email)}</span>
            <span title=email.clone()>{email.clone()}" "<small>{role_name(role)}</small></span>
            <Icon name="updown"/>
        </button>
        <div class="menu up" id="account-menu" popover>
            <a href="/settings/profile" aria-current=current><Icon name="user"/>"Profile"</a>
            {children()}
            <hr/>
            <form action="/logout" method="post"><button><Icon name="out"/>"Sign out"</button></form>
        </div>
    }
}
