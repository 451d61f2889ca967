//! The guide to what all operations have in common, and the table of error codes.

use maud::{Markup, html};
use mintkey_domain::{BUILT_IN_SCOPES, ErrorCode};
use serde_json::Value;

use crate::{
    curl::pretty,
    parts::{prose, table},
};

/// The anchor and title of each section.
pub(crate) const SECTIONS: [(&str, &str); 5] = [
    ("authentication", "Authentication"),
    ("errors", "Errors"),
    ("lists", "Lists"),
    ("repeats", "Idempotency"),
    ("conventions", "Conventions"),
];

const FORMS: [(&str, &str); 5] = [
    ("Authorization: Bearer mk_…", "An API key; or an access token from login."),
    ("Authorization: mk_…", "A bare API key."),
    ("Authorization: APIToken mk_…", "The same, as other systems write it; `ApiKey`, `Api-Key` and `Token` too."),
    ("X-API-Key: mk_…", "The same in a header of its own."),
    ("Authorization: Basic base64(client_id:client_secret)", "Client ID and client secret: `curl -u`."),
];

pub(crate) fn write(document: &Value) -> Markup {
    let example = &document["components"]["examples"][ErrorCode::ValidationFailed.as_str()]["value"];
    html! {
        (section(0, &html! {
            p {
                "Send one credential in a header; scheme names in any case. Without one, the console's session cookie is \
                 used, for requests from its own pages. A credential in a URL is never read."
            }
            (table("Forms of authentication", &[], &html! {
                @for (form, about) in FORMS { tr { th scope="row" { code { (form) } } td { (prose(about)) } } }
            }))
            p {
                "A credential may do, at every request, what its scopes allow, as far as its owner may do it now. One that is \
                 malformed, unknown, wrong, invalidated, or used from an address that isn't allowed gets the same 401. Only \
                 a caller who presents the correct secret of an expired token gets " code { "credential_expired" } ". Two \
                 credentials, or one header twice: 400."
            }
            p { "Mintkey's own scopes are for this API; your own are in the catalogue:" }
            ul.scopes {
                @for scope in BUILT_IN_SCOPES { li { code { (scope.name) } " " (scope.description) } }
            }
        }))
        (section(1, &html! {
            p {
                (prose("Every error is `application/problem+json` (RFC 9457). Programs act on `code`; people read `detail`; \
                 `errors` names each field that is wrong, its code, and what is expected. No value that was sent is ever \
                 repeated. `request_id` is also in the header `X-Request-Id` and in the server's log."))
            }
            pre tabindex="0" { code { (pretty(example)) } }
        }))
        (section(2, &html! {
            p {
                (prose("A list is a page: `data`, `total`, `page`, `limit` and `next_cursor`. Continue with `cursor` set to \
                 `next_cursor` until it is null; that stays fast and steady however long the list is. `page` is for short \
                 lists."))
            }
        }))
        (section(3, &html! {
            p {
                (prose("If a request got no answer, it may have been carried out. Send `Idempotency-Key: any-word-of-yours` \
                 with create and rotate: a repeat within 24 hours answers as the first did, with \
                 `Idempotency-Replayed: true` and without secrets, and does nothing again. The same key with another body \
                 is refused with 422; while the first request is in progress, with 409. A secret that was lost with its \
                 answer can't be shown again: rotate."))
            }
        }))
        (section(4, &html! {
            p {
                (prose("JSON in UTF-8, `snake_case`. Times are RFC 3339 in UTC with three decimals: \
                 `2026-11-22T09:14:00.000Z`. Durations are `10s`, `60m`, `10000h`, `90d`, and sums such as `1h30m`. \
                 Unknown fields and parameters, and null where it has no meaning, are refused. A body whose fields are all \
                 optional may be left out. A body has at most 256 KiB. `HEAD` works wherever `GET` does. A request that \
                 takes more than 30 seconds is stopped with 504. There is no CORS: this API is for servers and devices."))
            }
        }))
    }
}

/// The table of all codes. The `type` of a problem links to its code's row.
pub(crate) fn codes() -> Markup {
    html! {
        section aria-labelledby="codes" {
            h2 id="codes" { "Error codes" }
            (table("Error codes", &["Code", "Status", "Meaning"], &html! {
                @for code in ErrorCode::ALL {
                    tr id=(code) { th scope="row" { code { (code) } } td { (code.status()) } td { (code.title()) "." } }
                }
            }))
        }
    }
}

fn section(index: usize, content: &Markup) -> Markup {
    let (anchor, title) = SECTIONS.get(index).copied().unwrap_or_default();
    html! {
        section aria-labelledby=(anchor) {
            h2 id=(anchor) { (title) }
            (content)
        }
    }
}
