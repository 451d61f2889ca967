//! Which tokens a command is about.

use clap::Args;
use mintkey_client::{BulkFilter, BulkSelection, Client, TokenId, TokenStatus, wire::MAX_BULK};

use super::super::values;
use crate::Failure;

/// One token by its ID, several, or all that match.
#[derive(Args, Debug, Clone)]
#[group(required = true, multiple = true)]
pub(crate) struct Selection {
    /// The tokens' IDs
    #[arg(value_name = "ID", value_parser = values::id::<TokenId>, conflicts_with_all = ["expired", "owner", "label", "scope"])]
    tokens: Vec<TokenId>,
    /// The token's ID, as an option
    #[arg(long, value_name = "ID", value_parser = values::id::<TokenId>, conflicts_with_all = ["expired", "owner", "label", "scope"])]
    id: Option<TokenId>,
    /// All expired tokens
    #[arg(long)]
    expired: bool,
    /// All tokens of this owner: a service account's name, a member's address, `me`, or an ID
    #[arg(long, value_name = "OWNER")]
    owner: Option<String>,
    /// All tokens with this label; `*` stands for any text: `plant-3-*`
    #[arg(long, value_name = "PATTERN")]
    label: Option<String>,
    /// All tokens with exactly this scope
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
}

impl Selection {
    /// The token, if only one is named.
    pub(crate) fn single(&self) -> Option<TokenId> {
        match (self.ids().as_slice(), self.is_filter()) {
            ([id], false) => Some(*id),
            _ => None,
        }
    }

    fn ids(&self) -> Vec<TokenId> {
        let mut ids: Vec<TokenId> = Vec::new();
        for id in self.id.iter().chain(&self.tokens) {
            if !ids.contains(id) {
                ids.push(*id);
            }
        }
        ids
    }

    const fn is_filter(&self) -> bool {
        self.expired || self.owner.is_some() || self.label.is_some() || self.scope.is_some()
    }

    /// The selections of requests, each as large as one may be.
    pub(crate) async fn requests(&self, client: &Client) -> Result<Vec<BulkSelection>, Failure> {
        if !self.is_filter() {
            return Ok(self.ids().chunks(MAX_BULK).map(|ids| BulkSelection::Ids(ids.to_vec())).collect());
        }
        let owner_id = match &self.owner {
            None => None,
            Some(owner) => Some(values::owner_id(client, owner).await?),
        };
        let filter = BulkFilter {
            status: self.expired.then_some(TokenStatus::Expired),
            owner_id,
            label: self.label.clone(),
            scope: self.scope.clone(),
            ..BulkFilter::default()
        };
        Ok(vec![BulkSelection::Filter(filter)])
    }
}
