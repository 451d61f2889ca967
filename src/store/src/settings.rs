//! Settings of the instance that are stored in the database.

use mintkey_domain::Timestamp;

use crate::{
    Store, StoreError, Tx,
    sql::{or_placeholder, sql},
};

impl Store {
    /// Returns the value of a setting.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row = sql("SELECT value FROM settings WHERE name = $1").bind(name).row(&mut self.reader().await?).await?;
        match row {
            // An unreadable value counts as unset; the next write replaces it.
            Some(row) => or_placeholder(row.get("value"), None, &mut Vec::new()),
            None => Ok(None),
        }
    }
}

impl Tx {
    /// Inserts or replaces a setting.
    pub async fn set_setting(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), StoreError> {
        sql("INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, $3) \
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at")
        .bind(name)
        .bind(value)
        .bind(now)
        .execute(self)
        .await
        .map(|_| ())
    }
}
