//! Issued certificates, for revocation lists. What a check needs of them is with the token's secrets.

use mintkey_domain::{CertificateAuthorityId, OrganizationId, Timestamp, TokenId};

use crate::{
    Bookkeeping, Store, StoreError, Tx,
    sql::{FromRow, Row, sql},
};

/// A certificate, as it is remembered until its own end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// The authority that issued it.
    pub authority_id: CertificateAuthorityId,
    /// Its serial number, big-endian.
    pub serial: Vec<u8>,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The token.
    pub token_id: TokenId,
    /// The generation of the secret that it was issued with.
    pub generation: i64,
    /// Its own end.
    pub expires_at: Timestamp,
    /// The groups that it names, if it is that of a kubeconfig.
    pub cluster_groups: Vec<String>,
    /// When it was issued.
    pub created_at: Timestamp,
}

/// The groups that a token's certificates name, for clusters that accept them until they end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateGroups {
    /// The token.
    pub token_id: TokenId,
    /// The groups.
    pub groups: Vec<String>,
    /// The end of the last of them.
    pub expires_at: Timestamp,
}

impl FromRow for CertificateGroups {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let groups: String = row.get("cluster_groups")?;
        Ok(Self {
            token_id: row.get("token_id")?,
            groups: groups.lines().map(str::to_owned).collect(),
            expires_at: row.get("last_end")?,
        })
    }
}

/// A certificate that isn't accepted although its own end is ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedCertificate {
    /// The authority that issued it.
    pub authority_id: CertificateAuthorityId,
    /// Its serial number, big-endian.
    pub serial: Vec<u8>,
    /// Since when; `None` where that isn't known any more.
    pub since: Option<Timestamp>,
    /// Whether it may be accepted again: its owner is suspended, or its token can be renewed.
    pub on_hold: bool,
}

impl FromRow for RevokedCertificate {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let invalidated_at: Option<Timestamp> = row.get("invalidated_at")?;
        let proof_ended_at: Option<Timestamp> = row.get("proof_ended_at")?;
        let has_proof: bool = row.get("has_proof")?;
        Ok(Self {
            authority_id: row.get("authority_id")?,
            serial: row.get("serial")?,
            since: invalidated_at.or(proof_ended_at),
            on_hold: has_proof && invalidated_at.is_none() && proof_ended_at.is_none(),
        })
    }
}

impl Store {
    /// The organization's certificates that a check refuses now although their own end is later than `ended_after`: those whose token was
    /// deleted, invalidated, rotated or expired, and those whose owner isn't active.
    pub async fn revoked_certificates(
        &self,
        organization: OrganizationId,
        now: Timestamp,
        ended_after: Timestamp,
    ) -> Result<Vec<RevokedCertificate>, StoreError> {
        sql("SELECT c.authority_id, c.serial, t.invalidated_at, s.token_id IS NOT NULL AS has_proof, \
            CASE WHEN s.expires_at <= $2 THEN s.expires_at END AS proof_ended_at \
            FROM certificates c \
            LEFT JOIN tokens t ON t.id = c.token_id \
            LEFT JOIN token_secrets s ON s.token_id = c.token_id AND s.generation = c.generation \
            LEFT JOIN service_accounts a ON a.organization_id = t.organization_id AND a.id = t.owner_id \
            LEFT JOIN memberships m ON m.organization_id = t.organization_id AND m.user_id = t.owner_id \
            WHERE c.organization_id = $1 AND c.expires_at > $3 \
            AND (s.token_id IS NULL OR s.expires_at <= $2 OR t.invalidated_at IS NOT NULL OR t.expires_at <= $2 \
            OR COALESCE(a.status, m.status, '') <> 'active') \
            ORDER BY c.authority_id, c.serial")
        .bind(organization)
        .bind(now)
        .bind(ended_after)
        .all(&mut self.reader().await?)
        .await
    }
}

impl Tx {
    /// Remembers a certificate.
    pub async fn insert_certificate(&mut self, certificate: &IssuedCertificate) -> Result<(), StoreError> {
        sql("INSERT INTO certificates \
            (authority_id, serial, organization_id, token_id, generation, expires_at, cluster_groups, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)")
        .bind(certificate.authority_id)
        .bind(certificate.serial.as_slice())
        .bind(certificate.organization_id)
        .bind(certificate.token_id)
        .bind(certificate.generation)
        .bind(certificate.expires_at)
        .bind((!certificate.cluster_groups.is_empty()).then(|| certificate.cluster_groups.join("\n")))
        .bind(certificate.created_at)
        .execute(self)
        .await
        .map(|_| ())
    }

    /// The groups that certificates of the organization name which haven't ended by themselves, whatever became of their tokens.
    pub async fn certificate_groups(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Vec<CertificateGroups>, StoreError> {
        sql("SELECT token_id, cluster_groups, MAX(expires_at) AS last_end FROM certificates \
            WHERE organization_id = $1 AND expires_at > $2 AND cluster_groups IS NOT NULL \
            GROUP BY token_id, cluster_groups ORDER BY token_id")
        .bind(organization)
        .bind(now)
        .all_readable(self)
        .await
    }
}

impl Bookkeeping {
    /// Deletes the certificates that ended by themselves before `before`: revocation lists don't name them any more.
    pub async fn delete_ended_certificates(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    sql("DELETE FROM certificates WHERE expires_at <= $1").bind(before).execute(tx).await
                })
            })
            .await
    }
}
