//! A token's certificate, on its page.

use leptos::prelude::*;
use mintkey_domain::{Timestamp, TokenStatus, wire::Token};

use crate::{
    clock::now,
    frame::{Card, ExactTime, Note, RelativeTime, Tone, icons_path},
    islands::CopyButton,
    time_format::date,
};

/// The newest certificate, if the token has one.
#[component]
pub(super) fn CertificateCard(token: Token) -> impl IntoView {
    let certificate = token.certificate?;
    let end = certificate.expires_at;
    let note = (token.status == TokenStatus::Active).then(|| note(end, token.expires_at, now())).flatten();
    let lines = vec![(String::new(), "fingerprint".to_owned())];
    let view = view! {
        <Card id="certificate-h" heading="Certificate">
            <div class="in">
                {note.map(|message| view! { <Note tone=Tone::Warning>{message}</Note> })}
                <dl class="facts"><dt>"Ends"</dt><dd><RelativeTime at=end/>", "<ExactTime at=end/></dd></dl>
                <div class="fingerprint">
                    <span class="muted" id="fingerprint-l">"Fingerprint (SHA-256)"</span>
                    <CopyButton lines label=String::new() what="Fingerprint".to_owned() icons=icons_path()/>
                    <code class="whole" id="fingerprint" role="group" aria-labelledby="fingerprint-l">
                        {certificate.fingerprint_sha256}
                    </code>
                </div>
            </div>
        </Card>
    };
    Some(view)
}

/// What to do about a certificate that ends before its token.
fn note(end: Timestamp, token_ends: Option<Timestamp>, now: i64) -> Option<String> {
    // A certificate says its end in whole seconds.
    let is_earlier = token_ends.is_none_or(|token_ends| token_ends.millis() / 1000 > end.millis() / 1000);
    let day = date(end.millis());
    if !is_earlier {
        None
    } else if end.millis() <= now {
        Some(format!("The certificate ended on {day}. Rotate the token to get a new one."))
    } else if token_ends.is_none() {
        Some(format!("The certificate ends on {day}, and the token never. Rotate the token before that day."))
    } else {
        Some(format!("The certificate ends on {day}. Rotate the token to get one that lasts as long as the token."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_certificate_that_ends_before_its_token_needs_a_rotation() {
        let at = Timestamp::from_millis;
        assert_eq!(note(at(5000), Some(at(5999)), 0), None, "the same second");
        assert_eq!(note(at(5000), Some(at(4000)), 0), None, "the token ends first");
        assert!(note(at(5000), Some(at(6000)), 0).unwrap().contains("lasts as long as the token"));
        assert!(note(at(5000), None, 0).unwrap().contains("the token never"));
        assert!(note(at(5000), Some(at(6000)), 5000).unwrap().contains("ended on"));
    }
}
