//! Secrets that were imported from other systems, and what their keys look like.

use mintkey_domain::{
    ImportedAlgorithm, ImportedKeyPattern, KeyLookup, LookupPart, OrganizationId, Timestamp, TokenId,
};
use sha2::{Digest as _, Sha256};

use super::{ImportedHash, StoredHash, Token, TokenSecret, insert};
use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, insert_rows, sql, values},
};

impl Store {
    /// The imported secrets, in any organization, that a key with these hashes could be: those with its SHA-256 or SHA-512,
    /// and those with one of these look-ups.
    pub async fn imported_secrets(
        &self,
        sha256: &[u8; 32],
        sha512: &[u8],
        lookups: &[KeyLookup],
    ) -> Result<Vec<TokenSecret>, StoreError> {
        // The condition on the algorithm selects the partial index of imported secrets.
        let mut statement = sql("SELECT * FROM token_secrets WHERE hash IN ($1, $2) AND algorithm <> 'sha256'");
        statement = statement.bind(sha256).bind(sha512);
        if !lookups.is_empty() {
            let texts: Vec<String> = lookups.iter().map(ToString::to_string).collect();
            statement
                .push(" UNION ALL SELECT * FROM token_secrets WHERE lookup IN ")
                .push_list(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        }
        statement.all_readable(&mut self.reader().await?).await
    }

    /// What the imported keys of all organizations look like.
    pub async fn imported_key_patterns(&self) -> Result<Vec<ImportedKeyPattern>, StoreError> {
        sql("SELECT DISTINCT prefix, length, lookup_start, lookup_end FROM imported_key_patterns")
            .all_readable(&mut self.reader().await?)
            .await
    }
}

impl Tx {
    /// The token that this key was imported for, whether or not the token has the key now, or exists.
    pub async fn token_of_imported_key(&mut self, fingerprint: &[u8; 32]) -> Result<Option<TokenId>, StoreError> {
        let row = sql("SELECT token_id FROM imported_keys WHERE fingerprint = $1").bind(fingerprint).row(self).await?;
        row.map(|row| row.get("token_id")).transpose()
    }

    /// Remembers which keys, by their fingerprints, were imported for which tokens.
    pub async fn insert_imported_keys(
        &mut self,
        organization: OrganizationId,
        keys: &[([u8; 32], TokenId)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(keys.len() * 4);
        for (fingerprint, token) in keys {
            values!(rows; fingerprint, organization, *token, now);
        }
        insert_rows(
            self,
            "INSERT INTO imported_keys (fingerprint, organization_id, token_id, updated_at)",
            4,
            rows,
            " ON CONFLICT (fingerprint) DO UPDATE SET organization_id = excluded.organization_id, \
            token_id = excluded.token_id, updated_at = excluded.updated_at",
        )
        .await
        .map(|_| ())
    }

    /// Adds another secret to a token.
    pub async fn insert_token_secret(&mut self, token: &Token, secret: &TokenSecret) -> Result<(), StoreError> {
        insert::insert_secret(self, token, secret).await
    }

    /// Replaces the hash of an imported secret with SHA-256 of the same key. Returns `false` if the secret was removed or
    /// replaced meanwhile.
    pub async fn upgrade_imported_hash(
        &mut self,
        secret: &TokenSecret,
        before: &ImportedHash,
        sha256: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sql("UPDATE token_secrets SET algorithm = $5, hash = $6, lookup = NULL, updated_at = $7 \
            WHERE token_id = $1 AND generation = $2 AND algorithm = $3 AND hash = $4")
        .bind(secret.token_id)
        .bind(secret.generation)
        .bind(before.algorithm)
        .bind(before.hash.as_slice())
        .bind(ImportedAlgorithm::Sha256)
        .bind(sha256)
        .bind(now)
        .changes(self)
        .await
    }

    /// What the imported keys of an organization look like.
    pub async fn imported_key_patterns(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Vec<ImportedKeyPattern>, StoreError> {
        sql("SELECT prefix, length, lookup_start, lookup_end FROM imported_key_patterns WHERE organization_id = $1")
            .bind(organization)
            .all_readable(self)
            .await
    }

    /// Adds a pattern of an organization's imported keys, unless it is known.
    pub async fn insert_imported_key_pattern(
        &mut self,
        organization: OrganizationId,
        pattern: &ImportedKeyPattern,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (start, end) = match pattern.lookup {
            None => (0, 0),
            Some(LookupPart::Start(bytes)) => (bytes, 0),
            Some(LookupPart::End(bytes)) => (0, bytes),
        };
        sql(
            "INSERT INTO imported_key_patterns (organization_id, prefix, length, lookup_start, lookup_end, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(organization)
        .bind(&pattern.prefix)
        .bind(pattern.length.unwrap_or(0))
        .bind(start)
        .bind(end)
        .bind(now)
        .execute(self)
        .await
        .map(|_| ())
    }
}

impl StoredHash {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let algorithm: String = row.get("algorithm")?;
        if algorithm == super::SECRET_ALGORITHM {
            return row.get("hash").map(Self::Mintkey);
        }
        let algorithm = algorithm.parse().map_err(|_| StoreError::Corrupt("algorithm"))?;
        let lookup = row.get::<Option<String>>("lookup")?.map(|lookup| lookup.parse());
        let lookup = lookup.transpose().map_err(|_| StoreError::Corrupt("lookup"))?;
        let length: Option<i64> = row.get("key_length")?;
        Ok(Self::Imported(ImportedHash {
            algorithm,
            hash: row.get("hash")?,
            lookup,
            prefix: row.get::<Option<String>>("key_prefix")?.unwrap_or_default(),
            length: length.map(usize::try_from).transpose().map_err(|_| StoreError::Corrupt("key_length"))?,
        }))
    }

    /// The hash of an imported key, if it is one.
    pub const fn imported(&self) -> Option<&ImportedHash> {
        match self {
            Self::Mintkey(_) => None,
            Self::Imported(imported) => Some(imported),
        }
    }

    pub(super) const fn algorithm(&self) -> &'static str {
        match self {
            Self::Mintkey(_) => super::SECRET_ALGORITHM,
            Self::Imported(imported) => imported.algorithm.as_str(),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Mintkey(hash) => hash,
            Self::Imported(imported) => &imported.hash,
        }
    }
}

impl ImportedHash {
    /// A hash of keys that can look like anything.
    pub const fn new(algorithm: ImportedAlgorithm, hash: Vec<u8>) -> Self {
        Self { algorithm, hash, lookup: None, prefix: String::new(), length: None }
    }

    /// Identifies the key, also after its hash was replaced: by its look-up, otherwise by its hash.
    pub fn fingerprint(&self) -> [u8; 32] {
        match &self.lookup {
            Some(lookup) => Sha256::digest(format!("lookup {lookup}")),
            None => Sha256::digest([self.algorithm.as_str().as_bytes(), b" ", self.hash.as_slice()].concat()),
        }
        .into()
    }

    /// What keys of this kind look like.
    pub fn pattern(&self) -> ImportedKeyPattern {
        let lookup = self.lookup.as_ref().map(KeyLookup::part);
        ImportedKeyPattern { prefix: self.prefix.clone(), length: self.length, lookup }
    }
}

impl FromRow for ImportedKeyPattern {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let length = |column| {
            let stored: i64 = row.get(column)?;
            let length = usize::try_from(stored).map_err(|_| StoreError::Corrupt(column))?;
            Ok::<_, StoreError>((length > 0).then_some(length))
        };
        let lookup = match (length("lookup_start")?, length("lookup_end")?) {
            (Some(bytes), _) => Some(LookupPart::Start(bytes)),
            (None, end) => end.map(LookupPart::End),
        };
        Ok(Self { prefix: row.get("prefix")?, length: length("length")?, lookup })
    }
}
