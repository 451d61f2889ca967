//! Authorities that issue client certificates.

use std::fmt;

use mintkey_domain::{CertificateAuthorityId, OrganizationId, Timestamp};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, sql},
};

/// A certificate authority. Its private key is encrypted with the master key.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateAuthority {
    /// The ID.
    pub id: CertificateAuthorityId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its own certificate and those above it, in PEM.
    pub certificates: String,
    /// Whether an administrator brought it.
    pub brought: bool,
    /// The encrypted private key.
    pub private_encrypted: Vec<u8>,
    /// When its own certificate ends.
    pub expires_at: Timestamp,
    /// When it was created here.
    pub created_at: Timestamp,
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAuthority").field("id", &self.id).finish_non_exhaustive()
    }
}

impl FromRow for CertificateAuthority {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            organization_id: row.get("organization_id")?,
            certificates: row.get("certificates")?,
            brought: row.get("brought")?,
            private_encrypted: row.get("private_encrypted")?,
            expires_at: row.get("expires_at")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl Store {
    /// The organization's authorities, the newest first: that one issues.
    pub async fn certificate_authorities(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<CertificateAuthority>, StoreError> {
        of(&mut self.reader().await?, organization).await
    }

    /// The authorities of all organizations, the newest first.
    pub async fn all_certificate_authorities(&self) -> Result<Vec<CertificateAuthority>, StoreError> {
        sql("SELECT * FROM certificate_authorities ORDER BY id DESC").all_readable(&mut self.reader().await?).await
    }
}

impl Tx {
    /// The organization's authorities, the newest first: that one issues.
    pub async fn certificate_authorities(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Vec<CertificateAuthority>, StoreError> {
        of(self, organization).await
    }

    /// Inserts an authority, which issues from now on.
    pub async fn insert_certificate_authority(&mut self, authority: &CertificateAuthority) -> Result<(), StoreError> {
        sql("INSERT INTO certificate_authorities \
            (id, organization_id, certificates, brought, private_encrypted, expires_at, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $7)")
        .bind(authority.id)
        .bind(authority.organization_id)
        .bind(&authority.certificates)
        .bind(authority.brought)
        .bind(authority.private_encrypted.as_slice())
        .bind(authority.expires_at)
        .bind(authority.created_at)
        .execute(self)
        .await
        .map(|_| ())
    }
}

async fn of(on: &mut impl Runner, organization: OrganizationId) -> Result<Vec<CertificateAuthority>, StoreError> {
    sql("SELECT * FROM certificate_authorities WHERE organization_id = $1 ORDER BY id DESC")
        .bind(organization)
        .all(on)
        .await
}
