//! The readable page: all of the API on one page, written on the server, without any script.

mod curl;
mod guide;
mod html;
mod operation;
mod schema;

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};
use utoipa::openapi::OpenApi;

use self::html::{escape, id};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Content, Endpoint},
    openapi::AREAS,
    routes::Routes,
};

const STYLE: &str = include_str!("style.css");
const CONTENT_SECURITY_POLICY: HeaderName = header::CONTENT_SECURITY_POLICY;

static DOCS: Endpoint = Endpoint {
    path: "/api/docs",
    name: "getDocs",
    title: "This page",
    about: "The same as the OpenAPI document, for people.",
    area: "Operation",
    answer: Answer { status: 200, about: "The page.", content: Content::Other("text/html") },
    ..Endpoint::EMPTY
};

/// The page and the policy that lets a browser use its style and nothing else.
pub(crate) struct Page {
    html: String,
    policy: Option<HeaderValue>,
}

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.open(&DOCS, docs)
}

async fn docs(call: Call) -> Outcome {
    let page = &call.api.documents.page;
    let mut response = answer::document(&page.html, "text/html; charset=utf-8", "no-cache");
    let headers = response.headers_mut();
    if let Some(policy) = &page.policy {
        headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

impl Page {
    #[cfg(test)]
    pub(crate) fn html(&self) -> &str {
        &self.html
    }

    pub(crate) fn new(endpoints: &[&'static Endpoint], document: &OpenApi, public_url: &str) -> Self {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self {
            html: write(endpoints, document, public_url).unwrap_or_default(),
            policy: HeaderValue::from_str(&policy).ok(),
        }
    }
}

fn write(endpoints: &[&'static Endpoint], document: &OpenApi, public_url: &str) -> Result<String, std::fmt::Error> {
    let mut page = String::with_capacity(128 * 1024);
    let url = escape(public_url);
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Mintkey API</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip \
         to the content</a>\n"
    )?;
    contents(&mut page, endpoints, document)?;
    write!(
        page,
        "<main id=\"content\">\n<header><h1>Mintkey API</h1>\n<p>Version {} at <code>{url}</code>. For generators: <a \
         href=\"/api/openapi.json\">OpenAPI 3.1</a>.</p></header>\n",
        escape(env!("CARGO_PKG_VERSION"))
    )?;
    guide::write(&mut page, public_url)?;
    for (area, about) in AREAS {
        write!(page, "<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{area}</h2>\n<p>{about}</p>\n", id(area))?;
        for endpoint in endpoints.iter().filter(|endpoint| endpoint.area == *area) {
            operation::write(&mut page, endpoint, public_url)?;
        }
        page.push_str("</section>\n");
    }
    guide::codes(&mut page, endpoints)?;
    schema::write(&mut page, document)?;
    page.push_str("</main>\n</body>\n</html>\n");
    Ok(page)
}

fn contents(page: &mut String, endpoints: &[&'static Endpoint], document: &OpenApi) -> std::fmt::Result {
    page.push_str("<nav aria-label=\"Contents\">\n<p class=\"brand\"><a href=\"/\">Mintkey</a> API</p>\n");
    page.push_str("<h2>Guide</h2>\n<ul>\n");
    for (anchor, title) in guide::SECTIONS {
        writeln!(page, "<li><a href=\"#{anchor}\">{title}</a></li>")?;
    }
    page.push_str("</ul>\n");
    for (area, _) in AREAS {
        writeln!(page, "<h2>{area}</h2>\n<ul>")?;
        for endpoint in endpoints.iter().filter(|endpoint| endpoint.area == *area) {
            let verb = endpoint.method.as_str();
            writeln!(
                page,
                "<li><a href=\"#{}\"><b class=\"verb {}\">{verb}</b> <span>{}</span></a></li>",
                endpoint.name,
                verb.to_lowercase(),
                escape(endpoint.title)
            )?;
        }
        page.push_str("</ul>\n");
    }
    page.push_str("<h2>Reference</h2>\n<ul>\n<li><a href=\"#codes\">Error codes</a></li>\n");
    for name in schema::names(document) {
        writeln!(page, "<li><a href=\"#schema-{name}\"><code>{name}</code></a></li>")?;
    }
    page.push_str("</ul>\n</nav>\n");
    Ok(())
}
