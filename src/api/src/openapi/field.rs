//! Fields and parameters as JSON Schema.

use serde_json::Value;
use utoipa::openapi::{
    KnownFormat, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, Type,
    schema::{AnyOfBuilder, ArrayBuilder, SchemaType},
};

use crate::endpoint::{Field, Kind};

/// The fields of a body as an object that has no others.
pub(super) fn object(fields: &[Field]) -> ObjectBuilder {
    open_object(fields).additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(NO_OTHERS)))
}

/// The fields of a body as an object that may have others.
pub(super) fn open_object(fields: &[Field]) -> ObjectBuilder {
    let object = ObjectBuilder::new().schema_type(Type::Object);
    fields.iter().fold(object, |object, field| {
        let object = object.property(field.name, schema(field));
        if field.required { object.required(field.name) } else { object }
    })
}

/// As [`mintkey_domain::Ttl`] reads it: `1h30m`.
const LENGTH: &str = "^([0-9]+[smhdw])+$";
const NO_OTHERS: bool = false;

/// One field.
pub(super) fn schema(field: &Field) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(json_type(field)).description(Some(about(field)));
    let string = |format| Some(SchemaFormat::KnownFormat(format));
    let object = match field.kind {
        Kind::Text if field.required => object.min_length(Some(1)),
        Kind::Text | Kind::Flag => object,
        Kind::Length => object.pattern(Some(LENGTH)),
        Kind::Password => object.format(string(KnownFormat::Password)),
        Kind::Id => object.format(string(KnownFormat::Uuid)),
        Kind::Time => object.format(string(KnownFormat::DateTime)),
        Kind::Address => object.format(Some(SchemaFormat::Custom("ip".to_owned()))),
        Kind::OpenEnum(name) => {
            let text = ObjectBuilder::new().schema_type(Type::String);
            let any = AnyOfBuilder::new().item(Ref::from_schema_name(name)).item(text);
            return any.description(Some(about(field))).into();
        }
        Kind::Choice(names) => object.enum_values(Some(names.iter().map(|name| Value::from(*name)))),
        Kind::Whole { min, max: u32::MAX } => object.minimum(Some(f64::from(min))),
        Kind::Whole { min, max } => object.minimum(Some(f64::from(min))).maximum(Some(f64::from(max))),
        Kind::Objects => {
            let item = ObjectBuilder::new().schema_type(Type::Object);
            return ArrayBuilder::new().items(item).description(Some(about(field))).into();
        }
        Kind::Texts => {
            let item = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
            let list = if field.null.is_some() {
                SchemaType::from_iter([Type::Array, Type::Null])
            } else {
                Type::Array.into()
            };
            return ArrayBuilder::new().schema_type(list).items(item).description(Some(about(field))).into();
        }
    };
    object.into()
}

/// What the field is for, and what `null` means.
pub(crate) fn about(field: &Field) -> String {
    match field.null {
        Some(meaning) => format!("{} `null`: {meaning}.", field.about),
        None => field.about.to_owned(),
    }
}

fn json_type(field: &Field) -> SchemaType {
    let plain = match field.kind {
        Kind::Whole { .. } => Type::Integer,
        Kind::Flag => Type::Boolean,
        _ => Type::String,
    };
    if field.null.is_some() { SchemaType::from_iter([plain, Type::Null]) } else { plain.into() }
}
