//! Settings > Help: common questions of operators and developers.

use axum::{Router, response::Response, routing::get};
use leptos::prelude::*;

use crate::{
    error::Result,
    frame::{Card, Section},
    page::Page,
    web::{Console, SignedIn},
};

pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/settings/help", get(page))
}

/// `GET /settings/help`.
async fn page(user: SignedIn) -> Result<Response> {
    let url = user.visitor.console.public_url.to_string();
    let page = Page::new("Help", Section::Elsewhere);
    page.show(&user, move || view! { <Help url/> }).await
}

#[component]
fn Help(url: String) -> impl IntoView {
    view! {
        <header class="page-head">
            <div>
                <h1>"Help"</h1>
                <p>"The "<a class="link" href="/api/docs">"API documentation"</a>" has every request and error code."</p>
            </div>
        </header>
        <div class="stack">
            <Using url/>
            <Ending/>
            <NotWorking/>
            <People/>
        </div>
    }
}

#[component]
fn Topic(id: &'static str, heading: &'static str, children: Children) -> impl IntoView {
    view! {
        <Card id heading><div class="in prose">{children()}</div></Card>
    }
}

#[component]
fn Using(url: String) -> impl IntoView {
    let key = format!("curl -H \"Authorization: Bearer mk_…\" {url}/api/v1/me");
    let exchange = format!("curl -u CLIENT_ID:mks_… -d grant_type=client_credentials {url}/oauth/token");
    view! {
        <Topic id="using" heading="Use a token">
            <p>
                "A token has an "<b>"API key"</b>" for devices and scripts, and a "<b>"client ID and client secret"</b>
                " for programs that speak OAuth 2. Both are shown once, when the token is created or rotated."
            </p>
            <p>"A device sends its API key in a header:"</p>
            <pre tabindex="0">{key}</pre>
            <p>"An OAuth client exchanges its secret for an access token that is valid for an hour:"</p>
            <pre tabindex="0">{exchange}</pre>
        </Topic>
    }
}

#[component]
fn Ending() -> impl IntoView {
    view! {
        <Topic id="ending" heading="Rotate, invalidate or delete">
            <dl class="terms">
                <dt>"Rotate"</dt>
                <dd>"The token gets new secrets. The previous ones stop working at once, or after an overlap that you choose."</dd>
                <dt>"Invalidate"</dt>
                <dd>"The token stops working at once, permanently. Its record is kept."</dd>
                <dt>"Delete"</dt>
                <dd>"The token stops working and its record is removed. Its audit events are kept."</dd>
                <dt>"Expiry"</dt>
                <dd>"An expired token stops working by itself. "<b>"Edit"</b>" gives it a new expiry, and it works again."</dd>
            </dl>
        </Topic>
    }
}

#[component]
fn NotWorking() -> impl IntoView {
    view! {
        <Topic id="not-working" heading="A token is refused">
            <p>"Every refused credential gets the same answer, so that strangers learn nothing from it. Look here for the cause:"</p>
            <ol>
                <li>"On the token\u{2019}s page: its status, its expiry, and its allowed addresses."</li>
                <li>"Its owner: the tokens of a suspended person or service account are refused."</li>
                <li>"Its scopes: a missing scope is answered with 403 and named."</li>
                <li>
                    "The "<a class="link" href="/settings/audit?outcome=refused">"audit log"</a>
                    ": it records refusals of tokens whose secret is right. A secret that is wrong leaves no event."
                </li>
            </ol>
        </Topic>
    }
}

#[component]
fn People() -> impl IntoView {
    view! {
        <Topic id="people" heading="People and machines">
            <dl class="terms">
                <dt>"Administrators"</dt>
                <dd>"manage all tokens, members, scopes and settings of the organization."</dd>
                <dt>"Members"</dt>
                <dd>"manage their own tokens, and those of service accounts that they manage."</dd>
                <dt>"Auditors"</dt>
                <dd>"see everything and change nothing."</dd>
                <dt>"Service accounts"</dt>
                <dd>"own the tokens of machines, so that those keep working when a person leaves."</dd>
            </dl>
            <p>
                "A forgotten password is reset by an administrator: "<b>"Members"</b>", then "<b>"Reset link"</b>
                " in the menu of that user."
            </p>
        </Topic>
    }
}
