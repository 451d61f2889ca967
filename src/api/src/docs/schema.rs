//! The shapes of answers on the page.

use std::fmt::Write;

use utoipa::openapi::{
    OpenApi, RefOr, Schema, Type,
    schema::{ArrayItems, Object, SchemaType},
};

use super::html::{escape, prose};

/// The names of all shapes.
pub(super) fn names(document: &OpenApi) -> impl Iterator<Item = &str> {
    document.components.iter().flat_map(|components| components.schemas.keys().map(String::as_str))
}

pub(super) fn write(page: &mut String, document: &OpenApi) -> std::fmt::Result {
    page.push_str("<section aria-labelledby=\"shapes\">\n<h2 id=\"shapes\">Shapes</h2>\n");
    for (name, schema) in document.components.iter().flat_map(|components| &components.schemas) {
        write!(page, "<article id=\"schema-{name}\">\n<h3><code>{name}</code></h3>\n")?;
        if let RefOr::T(schema) = schema {
            shape(page, name, schema)?;
        }
        page.push_str("</article>\n");
    }
    page.push_str("</section>\n");
    Ok(())
}

fn shape(page: &mut String, name: &str, schema: &Schema) -> std::fmt::Result {
    match schema {
        Schema::Object(object) => {
            sentence(page, object.description.as_deref())?;
            properties(page, name, object)?;
            if let Some(values) = &object.enum_values {
                let values: Vec<String> = values
                    .iter()
                    .filter_map(|value| Some(format!("<code>{}</code>", escape(value.as_str()?))))
                    .collect();
                writeln!(page, "<p>One of {}.</p>", values.join(", "))?;
            }
        }
        Schema::AllOf(all) => {
            sentence(page, all.description.as_deref())?;
            for item in &all.items {
                match item {
                    RefOr::Ref(link) => writeln!(page, "<p>All of {}, and:</p>", reference(&link.ref_location))?,
                    RefOr::T(schema) => shape(page, name, schema)?,
                }
            }
        }
        Schema::OneOf(one) => sentence(page, one.description.as_deref())?,
        _ => {}
    }
    Ok(())
}

fn sentence(page: &mut String, text: Option<&str>) -> std::fmt::Result {
    text.map_or(Ok(()), |text| writeln!(page, "<p>{}</p>", prose(text)))
}

fn properties(page: &mut String, name: &str, object: &Object) -> std::fmt::Result {
    if object.properties.is_empty() {
        return Ok(());
    }
    writeln!(
        page,
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Fields of {name}\"><table><thead><tr><th \
         scope=\"col\">Name</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead><tbody>"
    )?;
    for (field, schema) in &object.properties {
        writeln!(
            page,
            "<tr><th scope=\"row\"><code>{field}</code></th><td>{}</td><td>{}</td></tr>",
            kind(schema),
            prose(about(schema).unwrap_or_default())
        )?;
    }
    page.push_str("</tbody></table></div>\n");
    Ok(())
}

fn about(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(link) => Some(&link.description),
        RefOr::T(Schema::Object(object)) => object.description.as_deref(),
        RefOr::T(Schema::Array(array)) => array.description.as_deref(),
        RefOr::T(Schema::OneOf(one)) => one.description.as_deref(),
        RefOr::T(Schema::AllOf(all)) => all.description.as_deref(),
        RefOr::T(Schema::AnyOf(any)) => any.description.as_deref(),
        RefOr::T(_) => None,
    }
}

fn kind(schema: &RefOr<Schema>) -> String {
    match schema {
        RefOr::Ref(link) => reference(&link.ref_location),
        RefOr::T(Schema::Object(object)) => simple(&object.schema_type),
        RefOr::T(Schema::Array(array)) => match &array.items {
            ArrayItems::RefOrSchema(item) => format!("list of {}", kind(item)),
            ArrayItems::False => "list".to_owned(),
        },
        RefOr::T(Schema::OneOf(one)) => one.items.iter().map(kind).collect::<Vec<_>>().join(" or "),
        RefOr::T(Schema::AnyOf(any)) => any.items.iter().map(kind).collect::<Vec<_>>().join(" or "),
        RefOr::T(_) => String::new(),
    }
}

fn reference(location: &str) -> String {
    let name = location.rsplit('/').next().unwrap_or_default();
    format!("<a href=\"#schema-{name}\"><code>{name}</code></a>")
}

fn simple(types: &SchemaType) -> String {
    match types {
        SchemaType::Type(one) => word(one).to_owned(),
        SchemaType::Array(several) => several.iter().map(word).collect::<Vec<_>>().join(" or "),
        SchemaType::AnyValue => "anything".to_owned(),
    }
}

const fn word(one: &Type) -> &'static str {
    match one {
        Type::Object => "object",
        Type::String => "string",
        Type::Integer => "whole number",
        Type::Number => "number",
        Type::Boolean => "true or false",
        Type::Array => "list",
        Type::Null => "<code>null</code>",
    }
}
