//! What an endpoint is, said once: the route, the reading of its input, the OpenAPI document and the page come from it.

use mintkey_domain::{ErrorCode, wire};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// One method on one path.
pub(crate) struct Endpoint {
    pub(crate) method: Verb,
    pub(crate) path: &'static str,
    /// The operation's name; also the route of an idempotency key.
    pub(crate) name: &'static str,
    /// What it does, in a few words.
    pub(crate) title: &'static str,
    /// What it does, in sentences. Backticks mark code.
    pub(crate) about: &'static str,
    pub(crate) area: &'static str,
    pub(crate) needs: Needs,
    pub(crate) query: &'static [Field],
    pub(crate) body: &'static [Field],
    /// A body that could be sent; for the documents.
    pub(crate) example: &'static str,
    /// Whether the body may come as a form too.
    pub(crate) form: bool,
    /// Whether it speaks RFC 6749: the body is a form only, and refusals of it have that document's own shape.
    pub(crate) oauth: bool,
    /// Whether `Idempotency-Key` is looked at.
    pub(crate) repeatable: bool,
    pub(crate) answer: Answer,
    /// What can go wrong beyond what can go wrong everywhere.
    pub(crate) refusals: &'static [ErrorCode],
}

/// The methods in use. `HEAD` comes with `GET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What a caller has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    Credential,
    Scope(&'static str),
}

/// A field of a body, or a parameter of a query.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// What `null` means here; it is a mistake where it means nothing.
    pub(crate) null: Option<&'static str>,
    pub(crate) about: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Password,
    Id,
    Time,
    Length,
    Address,
    Choice(&'static [&'static str]),
    Texts,
    Objects,
    Whole { min: u32, max: u32 },
    Flag,
}

const JSON: &str = "application/json";

/// The answer when all went well.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) about: &'static str,
    pub(crate) content: Content,
}

/// What the answer holds.
pub(crate) enum Content {
    Nothing,
    /// The example is JSON as text, so that its fields stay in their order.
    Json {
        media_type: &'static str,
        schema: fn() -> Described,
        example: fn() -> String,
    },
    Other(&'static str),
}

/// A schema with its name and all that it refers to.
pub(crate) struct Described {
    pub(crate) name: String,
    pub(crate) parts: Vec<(String, RefOr<Schema>)>,
}

impl Endpoint {
    /// What most endpoints have in common.
    pub(crate) const EMPTY: Self = Self {
        method: Verb::Get,
        path: "",
        name: "",
        title: "",
        about: "",
        area: "",
        needs: Needs::Nothing,
        query: &[],
        body: &[],
        example: "",
        form: false,
        oauth: false,
        repeatable: false,
        answer: Answer::nothing(""),
        refusals: &[],
    };
}

impl Verb {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl Field {
    pub(crate) const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, kind, required: false, null: None, about }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) const fn or_null(mut self, meaning: &'static str) -> Self {
        self.null = Some(meaning);
        self
    }
}

impl Answer {
    pub(crate) const fn json<T: ToSchema>(status: u16, about: &'static str, example: fn() -> String) -> Self {
        Self::json_as::<T>(JSON, status, about, example)
    }

    /// The same under a media type of its own.
    pub(crate) const fn json_as<T: ToSchema>(
        media_type: &'static str,
        status: u16,
        about: &'static str,
        example: fn() -> String,
    ) -> Self {
        Self { status, about, content: Content::Json { media_type, schema: described::<T>, example } }
    }

    /// One page of a list.
    pub(crate) const fn page<T: ToSchema>(about: &'static str, example: fn() -> String) -> Self {
        Self { status: 200, about, content: Content::Json { media_type: JSON, schema: described_page::<T>, example } }
    }

    pub(crate) const fn nothing(about: &'static str) -> Self {
        Self { status: 204, about, content: Content::Nothing }
    }
}

fn described<T: ToSchema>() -> Described {
    under_name::<T>(T::name().into_owned())
}

fn described_page<T: ToSchema>() -> Described {
    under_name::<wire::Page<T>>(format!("{}Page", T::name()))
}

fn under_name<T: ToSchema>(name: String) -> Described {
    let mut parts = vec![(name.clone(), T::schema())];
    T::schemas(&mut parts);
    Described { name, parts }
}
