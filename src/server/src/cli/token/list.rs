//! `mintkey token list`.

use clap::Args;
use mintkey_client::{TokenFilter, TokenKind, TokenSort, TokenStatus, wire::Token};
use mintkey_domain::Ttl;

use super::super::{
    connection::Connection,
    global::GlobalOptions,
    paging::Paging,
    print::{self, Listing, relative},
    values,
};
use crate::Failure;

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  mintkey token list --status active --expiring-within 14d\n  \
                        mintkey token list --owner hall-b-gateway -o json\n  \
                        mintkey token list gateway --all -o name")]
pub(crate) struct List {
    /// Beginnings of words of the label, the description or the owner's name; or an ID, a key hint or an address
    #[arg(value_name = "TEXT")]
    search: Option<String>,
    /// Only tokens with this status
    #[arg(long, value_name = "STATUS", value_parser = values::one_of::<TokenStatus>(TokenStatus::NAMES.iter().copied()))]
    status: Option<TokenStatus>,
    /// Only active tokens that end within this time: `7d`
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    expiring_within: Option<Ttl>,
    /// Only tokens of this owner: a service account's name, a member's address, or an ID
    #[arg(long, value_name = "OWNER")]
    owner: Option<String>,
    /// Only tokens of this kind
    #[arg(long, value_name = "KIND", value_parser = values::one_of::<TokenKind>(TokenKind::NAMES.iter().copied()))]
    kind: Option<TokenKind>,
    /// Only tokens with exactly this scope
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// The order; with `-` descending [default: -created_at]
    #[arg(long, value_name = "FIELD", value_parser = values::one_of::<TokenSort>(values::TOKEN_SORTS), allow_hyphen_values = true)]
    sort: Option<TokenSort>,
    #[command(flatten)]
    paging: Paging,
}

pub(crate) const LISTING: Listing<Token> = Listing {
    plural: "tokens",
    columns: &[
        ("ID", |token| token.id.to_string()),
        ("LABEL", |token| token.label.clone()),
        ("STATUS", |token| token.status.to_string()),
        ("EXPIRES", expires),
        ("OWNER", |token| token.owner.name.clone()),
        ("LAST USED", |token| token.last_used_at.map_or_else(|| "never".to_owned(), relative)),
        ("SCOPES", |token| token.scopes.join(" ")),
    ],
    name: |token| token.id.to_string(),
};

/// What is invalidated has no end any more.
fn expires(token: &Token) -> String {
    match (token.status, token.expires_at) {
        (TokenStatus::Invalidated, _) => "-".to_owned(),
        (_, None) => "never".to_owned(),
        (_, Some(end)) => relative(end),
    }
}

impl List {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options).await?;
        let client = &connection.client;
        let owner_id = match &self.owner {
            None => None,
            Some(owner) => Some(values::owner_id(client, owner).await?),
        };
        let filter = TokenFilter {
            status: self.status,
            expiring_within: self.expiring_within.map(|time| time.to_string()),
            owner_id,
            kind: self.kind,
            scope: self.scope,
            q: self.search,
            sort: self.sort,
        };
        let tokens = client.tokens();
        let list = async |page| tokens.list(&filter, &page).await;
        let page = self.paging.fetch(|| tokens.all(filter.clone()), list).await?;
        print::list(options.format, &page, &LISTING)
    }
}
