//! The kubeconfigs of tokens: cluster, namespace and authentication method.

use std::collections::HashMap;

use mintkey_domain::{ClusterId, KubeconfigMethod, Label, Namespace, OrganizationId, TokenId, TokenKind};

use super::Token;
use crate::{
    StoreError, Tx,
    sql::{FromRow, Row, Runner, insert_rows, readable, sql, values},
};

/// The kubeconfig of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKubeconfig {
    /// The cluster.
    pub cluster_id: ClusterId,
    /// The namespace that `kubectl` uses by default.
    pub namespace: Namespace,
    /// How `kubectl` authenticates.
    pub method: KubeconfigMethod,
}

impl FromRow for TokenKubeconfig {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            cluster_id: row.get("cluster_id")?,
            namespace: Namespace::from_stored(row.get("namespace")?),
            method: row.get("method")?,
        })
    }
}

impl Tx {
    /// The tokens with a kubeconfig for this cluster, with their labels, the oldest first, except those that are invalidated.
    pub async fn tokens_of_cluster(
        &mut self,
        organization: OrganizationId,
        cluster: ClusterId,
        limit: i64,
    ) -> Result<Vec<(TokenId, Label)>, StoreError> {
        let rows =
            sql("SELECT tokens.id, tokens.label FROM token_kubeconfigs JOIN tokens ON tokens.id = token_kubeconfigs.token_id \
            WHERE token_kubeconfigs.cluster_id = $1 AND tokens.organization_id = $2 AND tokens.invalidated_at IS NULL \
            ORDER BY token_kubeconfigs.token_id LIMIT $3")
            .bind(cluster)
            .bind(organization)
            .bind(limit)
            .rows(self)
            .await?;
        readable(&rows, |row| Ok((row.get("id")?, row.get("label")?)))
    }
}

pub(super) async fn insert(on: &mut impl Runner, tokens: &[&Token]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for token in tokens {
        if let Some(kubeconfig) = &token.kubeconfig {
            values!(rows; token.id, token.organization_id, kubeconfig.cluster_id, kubeconfig.namespace.as_str(),
                kubeconfig.method, token.updated_at);
        }
    }
    let text = "INSERT INTO token_kubeconfigs (token_id, organization_id, cluster_id, namespace, method, updated_at)";
    insert_rows(on, text, 6, rows, "").await.map(|_| ())
}

pub(super) async fn fill_in(on: &mut impl Runner, tokens: &mut [Token]) -> Result<(), StoreError> {
    let may_have = |token: &&Token| token.kind == TokenKind::Kubeconfig;
    let ids: Vec<TokenId> = tokens.iter().filter(may_have).map(|token| token.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut statement = sql("SELECT * FROM token_kubeconfigs WHERE token_id IN ");
    statement.push_list(&ids);
    let read = |row: &Row| Ok((row.get::<TokenId>("token_id")?, TokenKubeconfig::from_row(row)?));
    let mut found: HashMap<TokenId, TokenKubeconfig> =
        readable(&statement.rows(on).await?, read)?.into_iter().collect();
    for token in tokens {
        token.kubeconfig = found.remove(&token.id);
    }
    Ok(())
}
