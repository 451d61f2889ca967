//! What an endpoint is, said once: the route, the reading of its input, the OpenAPI document and the page come from it.

use mintkey_domain::{AuditAction, AuditTargetType, ErrorCode, wire};
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
    /// Its name in the audit log, which also says what scope it takes. `None` where nothing is logged.
    pub(crate) action: Option<AuditAction>,
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

/// What a caller has to show. The scope that a credential needs comes from the endpoint's action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    Credential,
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
    /// Text that is usually a value of the named schema. Other text is accepted too.
    OpenEnum(&'static str),
    Texts,
    Objects,
    Whole {
        min: u32,
        max: u32,
    },
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
        action: None,
        query: &[],
        body: &[],
        example: "",
        form: false,
        oauth: false,
        repeatable: false,
        answer: Answer::nothing(""),
        refusals: &[],
    };

    /// The scope that the caller's credential needs.
    pub(crate) const fn scope(&self) -> Option<&'static str> {
        match (self.needs, self.action) {
            (Needs::Credential, Some(action)) => action.scope(),
            _ => None,
        }
    }

    /// Whether `{id}` in the path is the id of the action's target. It can also be the id of what holds the target: the
    /// tokens of a service account, an event of the audit log.
    pub(crate) fn names_target(&self) -> bool {
        let (Some((collection, _)), Some(action)) = (self.path.split_once("/{id}"), self.action) else { return false };
        let target_type = match collection.rsplit('/').next() {
            Some("tokens") => AuditTargetType::Token,
            Some("service-accounts") => AuditTargetType::ServiceAccount,
            Some("scopes") => AuditTargetType::Scope,
            Some("members") => AuditTargetType::User,
            Some("invitations") => AuditTargetType::Invitation,
            _ => return false,
        };
        target_type == action.target_type()
    }
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

#[cfg(test)]
mod tests {
    use crate::routes;

    #[test]
    fn the_id_in_a_path_is_the_target_or_what_holds_it() {
        let all = routes::all();
        let holders =
            all.endpoints().iter().filter(|endpoint| endpoint.path.contains("{id}") && !endpoint.names_target());
        let holders: Vec<_> = holders.map(|endpoint| endpoint.name).collect();
        assert_eq!(holders, ["listServiceAccountTokens", "createServiceAccountToken", "getAuditEvent"]);
    }
}
