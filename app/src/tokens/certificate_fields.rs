//! The fields of a new certificate: a password for a bundle with a private key, or a signing request.

use leptos::prelude::*;
use mintkey_domain::{MAX_BUNDLE_PASSWORD, MIN_BUNDLE_PASSWORD, Pkcs12Format, Problem};

use super::certificate_form::{CertificateForm, SIGNING_REQUEST};
use crate::frame::{FieldHelp, PasswordField, RevealButton, TextArea, described_by, error_of};

/// What the bundle's encryption can be, where the organization allows both.
const FORMATS: [(Pkcs12Format, &str); 2] = [
    (Pkcs12Format::Modern, "Modern: AES-256 and SHA-256"),
    (Pkcs12Format::Compatible, "Compatible: Triple DES and SHA-1, weak"),
];

/// The fields. Style sheets show those of the chosen source, so that it works without a script.
#[component]
pub(super) fn CertificateFieldset(
    /// Classes beside those of the fields themselves.
    #[prop(optional)]
    class: &'static str,
    form: CertificateForm,
    /// Whether the organization allows bundles with weak encryption.
    allows_compatible: bool,
    /// Whether the password has the focus at first.
    #[prop(optional)]
    autofocus: bool,
    problem: Option<Problem>,
) -> impl IntoView {
    let is_request = form.is_request();
    // A refused choice stays visible, with its error.
    let format = (allows_compatible || problem.as_ref().is_some_and(|problem| problem.errors.has("pkcs12")))
        .then(|| view! { <FormatField chosen=form.pkcs12.clone() error=error_of(problem.as_ref(), "pkcs12")/> });
    let error = move |field| error_of(problem.as_ref(), field);
    view! {
        <fieldset class=format!("field certificate {class}") id="certificate">
            <legend>"Private key"</legend>
            <div class="choices two-up">
                <SourceChoice
                    value="bundle" label="Make one here" checked=!is_request
                    description="It comes with the certificate, in a PKCS#12 bundle."
                />
                <SourceChoice
                    value=SIGNING_REQUEST label="Keep your own" checked=is_request
                    description="Send a signing request for it."
                />
            </div>
            <div class="for-bundle">
                <PasswordField
                    name="password" label="Bundle password" autocomplete="new-password" error=error("password")
                    hint="12 to 128 ASCII characters. It isn't stored." visible=false
                    length=(MIN_BUNDLE_PASSWORD, MAX_BUNDLE_PASSWORD) autofocus
                >
                    <RevealButton/>
                </PasswordField>
                <PasswordField
                    name="password_again" label="Repeat password" autocomplete="new-password"
                    error=error("password_again") visible=false length=(MIN_BUNDLE_PASSWORD, MAX_BUNDLE_PASSWORD)
                />
                {format}
            </div>
            <div class="for-request">
                <TextArea
                    name="csr" label="Certificate signing request" value=form.csr error=error("csr") monospace=true
                    required=true rows=4 hint="In PEM, as openssl req -new makes it. Only its public key counts."
                />
            </div>
        </fieldset>
    }
}

#[component]
fn SourceChoice(value: &'static str, label: &'static str, description: &'static str, checked: bool) -> impl IntoView {
    view! {
        <label class="choice">
            <b>{label}</b>" "
            <input type="radio" name="source" value=value checked=checked/>
            <small>{description}</small>
        </label>
    }
}

/// The choice of the bundle's encryption.
#[component]
fn FormatField(chosen: String, error: Option<String>) -> impl IntoView {
    const HINT: &str = "Compatible only for programs that can't open modern bundles.";
    let invalid = error.is_some().then_some("true");
    let described = described_by("pkcs12", true, error.is_some());
    let options = FORMATS.map(|(format, label)| {
        let value = format.as_str();
        view! { <option value=value selected={chosen == value}>{label}</option> }
    });
    view! {
        <div class="field format">
            <label for="pkcs12">"Encryption"</label>
            <div class="select">
                <select class="input" id="pkcs12" name="pkcs12" aria-invalid=invalid aria-describedby=described>
                    {options.collect_view()}
                </select>
            </div>
            <FieldHelp id="pkcs12" hint=Some(HINT) error/>
        </div>
    }
}
