//! `mintkey token edit`.

use clap::Args;
use mintkey_client::{Timestamp, TokenChanges};
use mintkey_domain::Ttl;

use super::super::{connection::Connection, global::GlobalOptions, print, values};
use super::{TokenArgument, show};
use crate::{Failure, environment};

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  mintkey token edit ID --label 'gateway (hall B)'\n  \
                        mintkey token edit ID --ttl 90d\n  mintkey token edit ID --add-scope plants.write")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Edit {
    #[command(flatten)]
    token: TokenArgument,
    /// Its new display name
    #[arg(short, long, value_name = "NAME")]
    label: Option<String>,
    /// What it is for; an empty text removes it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// All its scopes from now on; may be repeated, or have several scopes, separated by commas
    #[arg(short, long = "scope", value_name = "SCOPE,…", conflicts_with_all = ["add_scopes", "remove_scopes"])]
    scopes: Vec<String>,
    /// Scopes to add
    #[arg(long = "add-scope", value_name = "SCOPE,…")]
    add_scopes: Vec<String>,
    /// Scopes to remove
    #[arg(long = "remove-scope", value_name = "SCOPE,…")]
    remove_scopes: Vec<String>,
    /// All address ranges that it may be used from now on; may be repeated
    #[arg(long = "cidr", value_name = "CIDR", value_delimiter = ',', conflicts_with = "any_address")]
    cidrs: Vec<String>,
    /// It may be used from any address
    #[arg(long)]
    any_address: bool,
    /// Its lifetime from now on: `60m`, `72h`, `90d`; renews an expired token
    #[arg(long, value_name = "TIME", value_parser = values::duration, group = "expiry")]
    ttl: Option<Ttl>,
    /// When it expires: `2027-01-31T12:00:00Z`; renews an expired token
    #[arg(long, value_name = "TIME", value_parser = values::time, group = "expiry")]
    expires_at: Option<Timestamp>,
    /// It never expires
    #[arg(long, group = "expiry")]
    never_expires: bool,
    /// Ends a rotation's overlap now: the previous secret stops working
    #[arg(long, conflicts_with = "previous_secret_expires_at")]
    end_overlap: bool,
    /// Until when the previous secret works too
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    previous_secret_expires_at: Option<Timestamp>,
    /// Print what would be changed, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Edit {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options).await?;
        let tokens = connection.client.tokens();
        let id = self.token.id();
        let mut changes = self.changes();
        if !self.add_scopes.is_empty() || !self.remove_scopes.is_empty() {
            let mut scopes = tokens.get(id).await?.scopes;
            let removed = values::scopes(&self.remove_scopes);
            scopes.retain(|scope| !removed.contains(scope));
            scopes.extend(values::scopes(&self.add_scopes));
            changes.scopes = Some(values::scopes(&scopes));
        }
        let body = serde_json::to_value(&changes).unwrap_or_default();
        if body.as_object().is_some_and(serde_json::Map::is_empty) {
            return Err(Failure::Usage("nothing to change: `mintkey token edit --help` shows the options".to_owned()));
        }
        if self.dry_run {
            return print::plan(options.format, &body);
        }
        show(options, &tokens.edit(id, &changes).await?)
    }

    fn changes(&self) -> TokenChanges {
        let after = |ttl: &Ttl| environment::now().saturating_add(ttl.millis());
        let expires_at = match (&self.ttl, self.expires_at, self.never_expires) {
            (Some(ttl), ..) => Some(Some(after(ttl))),
            (_, Some(end), _) => Some(Some(end)),
            (.., true) => Some(None),
            _ => None,
        };
        let overlap_end = match self.previous_secret_expires_at {
            Some(end) => Some(Some(end)),
            None => self.end_overlap.then_some(None),
        };
        TokenChanges {
            label: self.label.clone(),
            description: self.description.clone().map(|text| (!text.is_empty()).then_some(text)),
            scopes: (!self.scopes.is_empty()).then(|| values::scopes(&self.scopes)),
            allowed_cidrs: (self.any_address || !self.cidrs.is_empty()).then(|| self.cidrs.clone()),
            expires_at,
            previous_secret_expires_at: overlap_end,
        }
    }
}
