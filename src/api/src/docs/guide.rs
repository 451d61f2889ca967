//! What holds for every endpoint, and the list of codes.

use std::fmt::Write;

use mintkey_domain::{BUILT_IN_SCOPES, ErrorCode};

use super::html::{escape, prose};
use crate::{endpoint::Endpoint, openapi::refusals, v1::problem_example};

/// Anchor and title of each part.
pub(super) const SECTIONS: &[(&str, &str)] = &[
    ("authentication", "Authentication"),
    ("errors", "Errors"),
    ("lists", "Lists"),
    ("repeats", "Repeats"),
    ("conventions", "Conventions"),
];

const FORMS: &[(&str, &str)] = &[
    ("Authorization: Bearer mk_…", "An API key; or an access token from login."),
    ("Authorization: mk_…", "A bare API key."),
    ("Authorization: APIToken mk_…", "The same, as other systems spell it; `ApiKey` too."),
    ("X-API-Key: mk_…", "The same in a header of its own."),
    ("Authorization: Basic base64(client_id:client_secret)", "Client ID and client secret: `curl -u`."),
];

pub(super) fn write(page: &mut String, public_url: &str) -> std::fmt::Result {
    section(
        page,
        0,
        &["Send one credential in a header; names of schemes in any case. Without one, the console's session cookie \
         counts, for requests from its own pages. A credential in a URL is never looked at."],
    )?;
    page.push_str(
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Forms of authentication\"><table><tbody>\n",
    );
    for (form, about) in FORMS {
        writeln!(page, "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td></tr>", escape(form), prose(about))?;
    }
    page.push_str("</tbody></table></div>\n");
    paragraphs(
        page,
        &[
            "What a credential may do, at every request, is what it was given, as far as its owner may do it now. One that \
         is malformed, unknown, wrong, invalidated, or used from an address that isn't allowed gets one and the same \
         401. Only who proves the right secret of an expired token is told so. Two credentials, or one header twice: \
         400.",
            "Mintkey's own scopes are for this API; your own are in the catalogue:",
        ],
    )?;
    page.push_str("<ul class=\"scopes\">\n");
    for scope in BUILT_IN_SCOPES {
        writeln!(page, "<li><code>{}</code> {}</li>", scope.name, escape(scope.description))?;
    }
    page.push_str("</ul>\n</section>\n");

    section(
        page,
        1,
        &[
            "Every refusal is `application/problem+json` (RFC 9457). Programs act on `code`; people read `detail`; `errors` \
         names each field that is wrong, its code, and what is expected. No value that was sent is ever repeated. \
         `request_id` is also in the header `X-Request-Id` and in the server's log.",
        ],
    )?;
    let example = problem_example(ErrorCode::ValidationFailed, public_url);
    write!(page, "<pre tabindex=\"0\"><code>{}</code></pre>\n</section>\n", escape(&example))?;

    section(
        page,
        2,
        &[
            "A list is a page: `data`, `total`, `page`, `limit` and `next_cursor`. Go on with `cursor` set to `next_cursor` \
         until it is null; that stays fast and steady however long the list is. `page` is for jumping about in short \
         ones.",
        ],
    )?;
    page.push_str("</section>\n");
    section(
        page,
        3,
        &[
            "Did a request that got no answer happen? Send `Idempotency-Key: any-word-of-yours` with create and rotate: a \
         repeat within 24 hours answers as the first did, with `Idempotency-Replayed: true` and without secrets, and \
         does nothing again. The same key with another body is refused with 422; while the first is still running, \
         with 409. A secret that got lost with its answer can't be shown again: rotate.",
        ],
    )?;
    page.push_str("</section>\n");
    section(
        page,
        4,
        &[
            "JSON in UTF-8, `snake_case`. Times are RFC 3339 in UTC with three decimals: `2026-11-22T09:14:00.000Z`. Lengths \
         of time are `10s`, `60m`, `10000h`, `90d`, and sums such as `1h30m`. Unknown fields and parameters, and null \
         where it means nothing, are refused. A body whose fields are all optional may be left out. A body has at most \
         256 KiB. `HEAD` works wherever `GET` does. A request that takes more than 30 seconds is given up with 504. \
         There is no CORS: this is for servers and devices.",
        ],
    )?;
    page.push_str("</section>\n");
    Ok(())
}

/// Every code, where problems link to.
pub(super) fn codes(page: &mut String, endpoints: &[&'static Endpoint]) -> std::fmt::Result {
    page.push_str(
        "<section aria-labelledby=\"codes\">\n<h2 id=\"codes\">Error codes</h2>\n<div class=\"wide\" tabindex=\"0\" \
         role=\"group\" aria-label=\"Error codes\"><table><thead><tr><th scope=\"col\">Code</th><th \
         scope=\"col\">Status</th><th scope=\"col\">Meaning</th></tr></thead><tbody>\n",
    );
    let used: Vec<ErrorCode> = endpoints.iter().flat_map(|endpoint| refusals(endpoint)).collect();
    let general = [ErrorCode::NotFound, ErrorCode::MethodNotAllowed];
    for code in ErrorCode::ALL.iter().filter(|code| used.contains(code) || general.contains(code)) {
        writeln!(
            page,
            "<tr id=\"{code}\"><th scope=\"row\"><code>{code}</code></th><td>{}</td><td>{}.</td></tr>",
            code.status(),
            escape(code.title())
        )?;
    }
    page.push_str("</tbody></table></div>\n</section>\n");
    Ok(())
}

fn section(page: &mut String, index: usize, text: &[&str]) -> std::fmt::Result {
    let (anchor, title) = SECTIONS.get(index).copied().unwrap_or_default();
    write!(page, "<section aria-labelledby=\"{anchor}\">\n<h2 id=\"{anchor}\">{title}</h2>\n")?;
    paragraphs(page, text)
}

fn paragraphs(page: &mut String, text: &[&str]) -> std::fmt::Result {
    text.iter().try_for_each(|text| writeln!(page, "<p>{}</p>", prose(text)))
}
