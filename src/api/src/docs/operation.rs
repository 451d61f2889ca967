//! One endpoint on the page.

use std::fmt::Write;

use super::{
    curl,
    html::{escape, prose},
};
use crate::{
    endpoint::{Content, Endpoint, Field, Kind, Needs},
    openapi::{about, refusals},
};

pub(super) fn write(page: &mut String, endpoint: &Endpoint, public_url: &str) -> std::fmt::Result {
    let verb = endpoint.method.as_str();
    write!(
        page,
        "<article id=\"{name}\">\n<h3>{title} <a class=\"anchor\" href=\"#{name}\" aria-label=\"Link to this\">#</a></h3>\n\
         <p class=\"path\"><b class=\"verb {class}\">{verb}</b> <code>{path}</code></p>\n<p>{text}</p>\n",
        name = endpoint.name,
        title = escape(endpoint.title),
        class = verb.to_lowercase(),
        path = escape(endpoint.path),
        text = prose(endpoint.about),
    )?;
    page.push_str("<p class=\"needs\">");
    match (endpoint.needs, endpoint.scope()) {
        (Needs::Nothing, _) => page.push_str("Needs no credential."),
        (Needs::Credential, None) => page.push_str("Needs a credential, whatever its scopes."),
        (Needs::Credential, Some(scope)) => write!(page, "Needs the scope <code>{scope}</code>.")?,
    }
    if let Some(action) = endpoint.action {
        write!(page, " Its name in the audit log is <a href=\"#schema-AuditAction\"><code>{action}</code></a>.")?;
    }
    page.push_str("</p>\n");
    parameters(page, endpoint)?;
    fields(page, "Body", endpoint.body)?;
    example(page, endpoint, public_url)?;
    answers(page, endpoint)?;
    page.push_str("</article>\n");
    Ok(())
}

fn parameters(page: &mut String, endpoint: &Endpoint) -> std::fmt::Result {
    fields(page, "Query", endpoint.query)?;
    if endpoint.repeatable {
        page.push_str("<p>Takes the header <code>Idempotency-Key</code>: see <a href=\"#repeats\">Repeats</a>.</p>\n");
    }
    Ok(())
}

fn fields(page: &mut String, title: &str, fields: &[Field]) -> std::fmt::Result {
    if fields.is_empty() {
        return Ok(());
    }
    write!(
        page,
        "<h4>{title}</h4>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\"><table><thead><tr><th \
         scope=\"col\">Name</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead><tbody>\n"
    )?;
    for field in fields {
        let required = if field.required { " <em>required</em>" } else { "" };
        writeln!(
            page,
            "<tr><th scope=\"row\"><code>{}</code>{required}</th><td>{}</td><td>{}{}</td></tr>",
            field.name,
            kind(field),
            prose(&about(field)),
            choices(field)
        )?;
    }
    page.push_str("</tbody></table></div>\n");
    Ok(())
}

fn kind(field: &Field) -> String {
    let name = match field.kind {
        Kind::Text | Kind::Password => "string".to_owned(),
        Kind::Choice(_) => "one of".to_owned(),
        Kind::OpenEnum(name) => format!("<a href=\"#schema-{name}\"><code>{name}</code></a> or string"),
        Kind::Id => "UUID".to_owned(),
        Kind::Time => "time".to_owned(),
        Kind::Length => "length of time".to_owned(),
        Kind::Address => "IP address".to_owned(),
        Kind::Texts => "list of strings".to_owned(),
        Kind::Objects => "list of objects".to_owned(),
        Kind::Whole { min, max: u32::MAX } => format!("whole number, {min} or more"),
        Kind::Whole { min, max } => format!("whole number, {min} to {max}"),
        Kind::Flag => "true or false".to_owned(),
    };
    if field.null.is_some() { format!("{name} or <code>null</code>") } else { name }
}

fn choices(field: &Field) -> String {
    let Kind::Choice(names) = field.kind else { return String::new() };
    let names: Vec<String> = names.iter().map(|name| format!("<code>{name}</code>")).collect();
    format!(" {}.", names.join(", "))
}

fn example(page: &mut String, endpoint: &Endpoint, public_url: &str) -> std::fmt::Result {
    let command = curl::command(endpoint, public_url);
    write!(page, "<h4>Example</h4>\n<pre tabindex=\"0\"><code>{}</code></pre>\n", escape(&command))?;
    if let Content::Json { example, .. } = endpoint.answer.content {
        write!(
            page,
            "<details><summary>Answer {}</summary>\n<pre tabindex=\"0\"><code>{}</code></pre></details>\n",
            endpoint.answer.status,
            escape(&example())
        )?;
    }
    Ok(())
}

fn answers(page: &mut String, endpoint: &Endpoint) -> std::fmt::Result {
    page.push_str("<h4>Answers</h4>\n<dl>\n");
    let schema = match endpoint.answer.content {
        Content::Json { schema, .. } => format!(" <a href=\"#schema-{0}\"><code>{0}</code></a>", schema().name),
        Content::Nothing | Content::Other(_) => String::new(),
    };
    writeln!(
        page,
        "<div><dt class=\"fine\">{}</dt><dd>{}{schema}</dd></div>",
        endpoint.answer.status,
        prose(endpoint.answer.about)
    )?;
    let codes = refusals(endpoint);
    for group in codes.chunk_by(|one, other| one.status() == other.status()) {
        let names: Vec<String> =
            group.iter().map(|code| format!("<a href=\"#{code}\"><code>{code}</code></a>")).collect();
        let status = group.first().map_or(0, |code| code.status());
        writeln!(page, "<div><dt>{status}</dt><dd>{}</dd></div>", names.join(" "))?;
    }
    page.push_str("</dl>\n");
    Ok(())
}
