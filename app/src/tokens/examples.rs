//! Examples of requests, in the dialog that shows new credentials.

use leptos::prelude::*;

use super::revealed::CertificateFile;
use crate::{frame::icons_path, islands::CopyButton};

/// Example requests with the key in three languages, and with the certificate if there is one.
#[component]
pub(super) fn Examples(
    /// This server's URL.
    url: String,
    /// What the new certificate's file is, and its name. Its example comes first.
    #[prop(optional)]
    certificate: Option<(CertificateFile, String)>,
) -> impl IntoView {
    let me = format!("{url}/api/v1/me");
    let (curl_url, python_url) = (me.clone(), me.clone());
    let has_certificate = certificate.is_some();
    let certificate = certificate.map(|(file, name)| view! { <CertificateExample url=me.clone() file name/> });
    let certificate_tab =
        has_certificate.then(|| view! { <ExampleTab value="cert" label="Certificate" checked=true/> });
    view! {
        <fieldset class="examples">
            <legend class="sr-only">"Try it"</legend>
            <div class="example-tabs">
                <b aria-hidden="true">"Try it"</b>
                {certificate_tab}
                <ExampleTab value="curl" label="curl" checked=!has_certificate/>
                <ExampleTab value="py" label="Python" checked=false/>
                <ExampleTab value="mpy" label="MicroPython" checked=false/>
            </div>
            {certificate}
            <Example class="p-curl" id="try-curl" label="curl snippet">
                <em>"curl"</em>" "{curl_url}" \\\n  -H "<em>"\"Authorization: Bearer $MINTKEY_API_KEY\""</em>
            </Example>
            <Example class="p-py" id="try-py" label="Python snippet">
                <em>"import"</em>" os, requests\nprint(requests.get(\""{python_url}
                "\",\n  headers={\"Authorization\": \"Bearer \" + os.environ[\"MINTKEY_API_KEY\"]},\n  timeout=10).json())"
            </Example>
            <Example class="p-mpy" id="try-mpy" label="MicroPython snippet">
                <em>"import"</em>" requests, config\nr = requests.get(\""{me}
                "\",\n  headers={\"Authorization\": \"Bearer \" + config.API_KEY})\nprint(r.json())\nr.close()"
            </Example>
        </fieldset>
    }
}

/// A request with the certificate.
#[component]
fn CertificateExample(url: String, file: CertificateFile, name: String) -> impl IntoView {
    let options = match file {
        CertificateFile::Bundle => format!(" --cert-type P12 \\\n  --cert {name}:PASSWORD \\\n  "),
        CertificateFile::Pem => format!(" --cert {name} \\\n  --key PRIVATE_KEY.pem \\\n  "),
    };
    // Otherwise nobody asks for the certificate.
    let needs_tls = (!url.starts_with("https:")).then_some("# Certificates work over https only.\n");
    view! {
        <Example class="p-cert" id="try-cert" label="certificate snippet">
            {needs_tls}<em>"curl"</em>{options}{url}
        </Example>
    }
}

#[component]
fn ExampleTab(value: &'static str, label: &'static str, checked: bool) -> impl IntoView {
    // The `form` attribute names no existing form, so these radio buttons aren't submitted.
    view! { <label><input type="radio" name="lang" value=value checked=checked form="none"/>{label}</label> }
}

#[component]
fn Example(class: &'static str, id: &'static str, label: &'static str, children: Children) -> impl IntoView {
    let lines = vec![(String::new(), id.to_owned())];
    view! {
        <div class=format!("example {class}")>
            <pre id=id tabindex="0" role="group" aria-label=label>{children()}</pre>
            <CopyButton lines label=String::new() what=label.to_owned() icons=icons_path()/>
        </div>
    }
}
