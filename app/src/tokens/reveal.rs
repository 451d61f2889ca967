//! The one dialog that shows a secret. It is the answer to the form itself: nothing keeps what it shows.

use axum::response::Response;
use leptos::prelude::*;

use super::minted::{Minted, Secrets};
use crate::{
    background::Background,
    error::Result,
    frame::{Dialog, Section, Tone, icons_path, plain, sign, warning},
    islands::{CopyButton, DownloadEnv},
    return_to::ReturnTo,
    web::{Screen, SignedIn},
    words::{date, moment},
};

/// Answers create and rotate.
pub(crate) async fn reveal(person: &SignedIn, return_to: &ReturnTo, minted: Minted) -> Result<Response> {
    let background = Background::load(person, return_to).await?;
    let url = person.visitor.console.public_url.to_string();
    let close = return_to.clone();
    if let Some(secrets) = minted.secrets.clone() {
        let screen = Screen::new(format!("{} is ready", minted.label), Section::Tokens);
        let dialog = move || once(&minted, &secrets, &url, &close);
        screen.show_secret(person, move || (background.view(), Some(dialog()))).await
    } else {
        let screen = Screen::new("Done already", Section::Tokens);
        let dialog = move || done_already(&minted, &close);
        screen.show(person, move || (background.view(), Some(dialog()))).await
    }
}

/// The secret is not there to be shown a second time.
fn done_already(minted: &Minted, return_to: &ReturnTo) -> AnyView {
    let close = return_to.href();
    let rotate = return_to.token_dialog(minted.id, "rotate");
    let words = format!("This was done already: {} is there.", minted.label);
    let body = view! {
        <div class="body">
            {plain("info", view! {
                "The secret can't be shown again. If you lost it, "<a class="link" href=rotate>"rotate the token"</a>"."
            })}
        </div>
    };
    let foot = view! { <span class="push"></span><a class="btn primary" href=close.clone() autofocus>"Close"</a> };
    Dialog::new("Done already", &close).lead(words).view(body, foot).into_any()
}

fn once(minted: &Minted, secrets: &Secrets, url: &str, return_to: &ReturnTo) -> AnyView {
    let lead = match minted.previous_secret_expires_at {
        Some(end) => format!("Shown once. The old secret works until {}.", moment(end.millis())),
        None => "Three credentials, shown once.".to_owned(),
    };
    let title = format!("{} is ready", minted.label);
    let until = minted.expires_at.map_or("never expires".to_owned(), |end| format!("until {}", date(end.millis())));
    let about = format!("API key for {}, {until}", minted.owner);
    let file = format!("{}.env", file_name(&minted.label));
    let lines = [
        ("MINTKEY_CLIENT_ID", "client-id"),
        ("MINTKEY_CLIENT_SECRET", "client-secret"),
        ("MINTKEY_API_KEY", "api-key"),
    ];
    let lines: Vec<_> = lines.map(|(name, id)| (name.to_owned(), id.to_owned())).into();
    let id = minted.id.to_string();
    view! {
        <dialog
            open class="dialog mid" aria-labelledby="dialog-t" aria-describedby="dialog-d" closedby="none" data-unsaved
        >
            <div class="perforated" aria-hidden="true"></div>
            <form action=return_to.href() method="post">
                <input type="hidden" name="token" value=id.clone()/>
                <header>{sign(("key", Tone::Default))}<div><h2 id="dialog-t">{title}</h2><p id="dialog-d">{lead}</p></div></header>
                <div class="body">
                    {warning(view! {
                        <strong>"Copy these now."</strong>
                        " Mintkey keeps only a hash, so the secret and the key cannot be shown again. If you lose them,
                        rotate the token."
                    })}
                    {credential("client-id", "Client ID", "not secret", view! { {id} }.into_any())}
                    {credential("client-secret", "Client secret", "shown once", grouped(&secrets.client_secret))}
                    {credential("api-key", "API key", "shown once", grouped(&secrets.api_key))}
                    <div class="acts">
                        <DownloadEnv lines=lines.clone() file icons=icons_path()/>
                        <CopyButton lines words="Copy all".to_owned() what="All three".to_owned() icons=icons_path()/>
                        <span class="small muted push">{about}</span>
                    </div>
                    {snippets(url)}
                </div>
                <footer>
                    <label class="check"><input type="checkbox" required data-saved/>"I have saved it"</label>
                    <button class="btn primary gated">"Close"</button>
                </footer>
            </form>
        </dialog>
    }
    .into_any()
}

fn credential(id: &'static str, name: &'static str, note: &'static str, value: AnyView) -> impl IntoView {
    let label = format!("{id}-l");
    let lines = vec![(String::new(), id.to_owned())];
    view! {
        <div class="cred">
            <span class="label" id=label.clone()>{name}" "<small>{note}</small></span>
            <code class="value" id=id tabindex="0" role="group" aria-labelledby=label>{value}</code>
            <CopyButton lines words="Copy".to_owned() what=name.to_owned() icons=icons_path()/>
        </div>
    }
}

/// A secret in groups of four: set apart by margins, never by spaces, so that a copy is exact.
fn grouped(secret: &str) -> AnyView {
    let (prefix, body) = secret.split_once('_').map_or(("", secret), |(prefix, body)| (prefix, body));
    let prefix = format!("{prefix}_");
    let letters: Vec<char> = body.chars().collect();
    let groups = letters.chunks(4).map(|group| view! { <i>{group.iter().collect::<String>()}</i> }).collect_view();
    view! { <u>{prefix}</u>{groups} }.into_any()
}

fn snippets(url: &str) -> impl IntoView + use<> {
    let me = format!("{url}/api/v1/me");
    let curl =
        view! { <em>"curl"</em>" "{me.clone()}" \\\n  -H "<em>"\"Authorization: Bearer $MINTKEY_API_KEY\""</em> };
    let python = view! {
        <em>"import"</em>" os, requests\nprint(requests.get(\""{me.clone()}
        "\",\n  headers={\"Authorization\": \"Bearer \" + os.environ[\"MINTKEY_API_KEY\"]},\n  timeout=10).json())"
    };
    let micro = view! {
        <em>"import"</em>" requests, config\nr = requests.get(\""{me}
        "\",\n  headers={\"Authorization\": \"Bearer \" + config.API_KEY})\nprint(r.json())\nr.close()"
    };
    view! {
        <fieldset class="try">
            <legend class="sr-only">"Try it"</legend>
            <div class="heads">
                <b aria-hidden="true">"Try it"</b>
                {tab("curl", "curl", true)}{tab("py", "Python", false)}{tab("mpy", "MicroPython", false)}
            </div>
            {panel("p-curl", "try-curl", "curl snippet", curl.into_any())}
            {panel("p-py", "try-py", "Python snippet", python.into_any())}
            {panel("p-mpy", "try-mpy", "MicroPython snippet", micro.into_any())}
        </fieldset>
    }
}

fn tab(value: &'static str, words: &'static str, checked: bool) -> impl IntoView {
    // The radios are outside of what the form sends: their form doesn't exist.
    view! { <label><input type="radio" name="lang" value=value checked=checked form="none"/>{words}</label> }
}

fn panel(class: &'static str, id: &'static str, what: &'static str, code: AnyView) -> impl IntoView {
    let lines = vec![(String::new(), id.to_owned())];
    view! {
        <div class=format!("panel {class}")>
            <pre id=id tabindex="0" role="group" aria-label=what>{code}</pre>
            <CopyButton lines words=String::new() what=what.to_owned() icons=icons_path()/>
        </div>
    }
}

/// A label as a file's name: letters and digits, the rest as single hyphens.
fn file_name(label: &str) -> String {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-").to_lowercase();
    if name.is_empty() { "mintkey".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_label_becomes_a_plain_file_name() {
        assert_eq!(file_name("Plant 3 – gateway/β"), "plant-3-gateway");
        assert_eq!(file_name("…"), "mintkey");
    }
}
