//! The dialog that shows a secret. It is the response to the form itself, because the secret is stored nowhere.

use axum::response::Response;
use leptos::prelude::*;
use mintkey_domain::KubeconfigMethod;

use super::{
    credential_file::CredentialFileBlock,
    examples::Examples,
    revealed::{FileKind, RevealedToken, Secrets},
};
use crate::{
    background::Background,
    error::Result,
    frame::{Dialog, Note, SecretDialog, Section, Tone, icons_path},
    islands::{CopyButton, DownloadEnv},
    page::Page,
    return_to::ReturnTo,
    time_format::{date, moment},
    web::SignedIn,
};

/// Responds to a create or rotate form.
pub(crate) async fn reveal(user: &SignedIn, return_to: &ReturnTo, minted: RevealedToken) -> Result<Response> {
    let background = Background::load(user, return_to).await?;
    let url = user.visitor.console.public_url.to_string();
    let return_to = return_to.clone();
    if let Some(secrets) = minted.secrets.clone() {
        let page = Page::new(format!("{} is ready", minted.label), Section::Tokens);
        let dialog = move || view! { <CredentialsDialog return_to minted secrets url/> };
        page.show_secret(user, move || background.view(), dialog).await
    } else {
        let page = Page::new("Already submitted", Section::Tokens);
        let dialog = move || view! { <AlreadySubmittedDialog return_to minted/> };
        page.show_dialog(user, move || background.view(), dialog).await
    }
}

/// Says that the form was submitted before, and that the secret can't be shown again.
#[component]
fn AlreadySubmittedDialog(return_to: ReturnTo, minted: RevealedToken) -> impl IntoView {
    let lead = format!("This form was already submitted: {} exists.", minted.label);
    let (close, rotate) = (return_to.href(), return_to.token_dialog(minted.id, "rotate"));
    view! {
        <Dialog title="Already submitted" return_to=return_to.href() lead>
            <div class="body">
                <Note>
                    "The secret can't be shown again. If you lost it, "<a class="link" href=rotate>"rotate the token"</a>"."
                </Note>
            </div>
            <footer><a class="btn primary" href=close autofocus>"Close"</a></footer>
        </Dialog>
    }
}

#[component]
fn CredentialsDialog(
    return_to: ReturnTo,
    minted: RevealedToken,
    secrets: Secrets,
    /// This server's URL, for the examples.
    url: String,
) -> impl IntoView {
    let kind = secrets.file.as_ref().map(|file| file.kind);
    let lead = match minted.previous_secret_expires_at {
        Some(end) => format!("Shown once. The old secret works until {}.", moment(end.millis())),
        None => match kind {
            Some(FileKind::Certificate(_)) => "A certificate and three more credentials, shown once.".to_owned(),
            Some(FileKind::Kubeconfig(_)) => "A kubeconfig and three credentials, shown once.".to_owned(),
            None => "Three credentials, shown once.".to_owned(),
        },
    };
    let until = minted.expires_at.map_or("never expires".to_owned(), |end| format!("until {}", date(end.millis())));
    let what = match kind {
        None => "API key",
        Some(FileKind::Certificate(_)) => "Client certificate",
        Some(FileKind::Kubeconfig(_)) => "kubeconfig",
    };
    let about = format!("{what} for {}, {until}", minted.owner);
    let name = file_name(&minted.label);
    let file = format!("{name}.env");
    let consequence = if kind.is_some_and(FileKind::has_private_key) {
        " The private key is only in the file, and Mintkey keeps only a hash of the secret and the key: none of them can \
         be shown again. If you lose them, rotate the token."
    } else {
        " Mintkey keeps only a hash, so the secret and the key cannot be shown again. If you lose them, rotate the \
         token."
    };
    let profile = (kind == Some(FileKind::Kubeconfig(KubeconfigMethod::Exec))).then(|| {
        view! {
            <Note>
                "kubectl runs the command "<code>"mintkey"</code>", which needs a credential: sign in with "
                <code>"mintkey login"</code>", or set "<code>"MINTKEY_URL"</code>" and "<code>"MINTKEY_TOKEN"</code>
                " (this API key)."
            </Note>
        }
    });
    let examples = match kind {
        Some(FileKind::Certificate(file)) => {
            let file_name = FileKind::Certificate(file).file_name(&name);
            view! { <Examples url certificate=(file, file_name)/> }
        }
        Some(FileKind::Kubeconfig(_)) | None => view! { <Examples url/> },
    };
    let credential_file = secrets.file.map(|file| view! { <CredentialFileBlock file name/> });
    let lines = [
        ("MINTKEY_CLIENT_ID", "client-id"),
        ("MINTKEY_CLIENT_SECRET", "client-secret"),
        ("MINTKEY_API_KEY", "api-key"),
    ];
    let lines: Vec<_> = lines.map(|(name, id)| (name.to_owned(), id.to_owned())).into();
    let id = minted.id.to_string();
    view! {
        <SecretDialog
            title=format!("{} is ready", minted.label)
            lead
            return_to=return_to.href()
            method="post"
            field=("token", id.clone())
            confirmation="I have saved it"
        >
            <Note tone=Tone::Warning>
                <strong>"Copy these now."</strong>
                {consequence}
            </Note>
            {credential_file}
            {profile}
            <Credential id="client-id" name="Client ID" note="not secret">{id}</Credential>
            <Credential id="client-secret" name="Client secret" note="shown once">
                <Grouped secret=secrets.client_secret/>
            </Credential>
            <Credential id="api-key" name="API key" note="shown once"><Grouped secret=secrets.api_key/></Credential>
            <div class="actions">
                <DownloadEnv lines=lines.clone() file icons=icons_path()/>
                <CopyButton lines label="Copy all".to_owned() what="All three".to_owned() icons=icons_path()/>
                <span class="small muted">{about}</span>
            </div>
            {examples}
        </SecretDialog>
    }
}

/// A value with a copy button.
#[component]
pub(super) fn Credential(
    id: &'static str,
    name: &'static str,
    note: &'static str,
    children: Children,
) -> impl IntoView {
    let label = format!("{id}-l");
    let lines = vec![(String::new(), id.to_owned())];
    view! {
        <div class="credential">
            <span class="label" id=label.clone()>{name}" "<small>{note}</small></span>
            <code class="value" id=id tabindex="0" role="group" aria-labelledby=label>{children()}</code>
            <CopyButton lines label="Copy".to_owned() what=name.to_owned() icons=icons_path()/>
        </div>
    }
}

/// A secret in groups of four, separated by margins instead of spaces so that copies are exact.
#[component]
fn Grouped(secret: String) -> impl IntoView {
    let (prefix, body) = secret.split_once('_').unwrap_or(("", &secret));
    let prefix = format!("{prefix}_");
    let letters: Vec<char> = body.chars().collect();
    let groups = letters.chunks(4).map(|group| view! { <i>{group.iter().collect::<String>()}</i> }).collect_view();
    view! { <u>{prefix}</u>{groups} }
}

/// Converts a label to a file name: lowercase letters and digits, everything else as single hyphens.
fn file_name(label: &str) -> String {
    let parts = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join("-").to_lowercase();
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
