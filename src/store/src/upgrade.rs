//! The part of a migration that SQL can't do: converts stored texts to the forms for comparison and search. Runs once,
//! when the database is first opened, in small transactions; after an interruption it starts over.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::Pin,
};

use mintkey_domain::{OrganizationId, ServiceAccountId, Timestamp, TokenId, UserId, fold};
use uuid::Uuid;

use crate::{
    StoreError, Tx, Writer, audit,
    sql::{readable, sql},
    tokens,
};

/// The setting that stores the version of the text forms.
const SETTING: &str = "text_forms";
/// The current version.
const FORMS: &str = "1";
/// Rows per transaction.
const BATCH: i64 = 1000;

/// Upgrades a batch of rows after a key and returns the last row's key; `None` if there was none.
type Step<K> = for<'t> fn(&'t mut Tx, K) -> Pin<Box<dyn Future<Output = Result<Option<K>, StoreError>> + Send + 't>>;

impl Writer {
    /// Converts the texts of all rows to the current forms, unless that is done.
    pub(crate) async fn upgrade_texts(&self) -> Result<(), StoreError> {
        if self.setting(SETTING).await?.as_deref() == Some(FORMS) {
            return Ok(());
        }
        if self.users_exist().await? {
            tracing::info!(
                "bringing the database's texts into the forms in which they are searched; a large one takes minutes"
            );
        }
        self.write(|tx| Box::pin(async move { tx.normalize_emails().await })).await?;
        self.in_batches(Uuid::nil(), |tx, after| Box::pin(fold_users(tx, after))).await?;
        self.in_batches(Uuid::nil(), |tx, after| Box::pin(fold_service_accounts(tx, after))).await?;
        self.in_batches(Uuid::nil(), |tx, after| Box::pin(write_words(tx, after))).await?;
        self.in_batches((Uuid::nil(), 0), |tx, after| Box::pin(fold_events(tx, after))).await?;
        self.write(|tx| Box::pin(async move { tx.set_setting(SETTING, FORMS, Timestamp::EPOCH).await })).await
    }

    /// Runs a step repeatedly, each time in its own transaction and from the last key of the previous one.
    async fn in_batches<K: Copy + Send + 'static>(&self, first: K, step: Step<K>) -> Result<(), StoreError> {
        let mut next = Some(first);
        while let Some(after) = next {
            next = self.write(move |tx| step(tx, after)).await?;
        }
        Ok(())
    }
}

async fn fold_users(tx: &mut Tx, after: Uuid) -> Result<Option<Uuid>, StoreError> {
    let rows = sql("SELECT id, email FROM users WHERE id > $1 ORDER BY id LIMIT $2").bind(after).bind(BATCH);
    let rows = rows.rows(tx).await?;
    let users = readable(&rows, |row| Ok((row.get::<UserId>("id")?, row.get::<String>("email")?)))?;
    for (id, email) in &users {
        sql("UPDATE users SET email_folded = $2 WHERE id = $1").bind(*id).bind(fold(email)).execute(tx).await?;
    }
    Ok(users.last().map(|(id, _)| id.uuid()))
}

async fn fold_service_accounts(tx: &mut Tx, after: Uuid) -> Result<Option<Uuid>, StoreError> {
    let rows = sql("SELECT id, name, description FROM service_accounts WHERE id > $1 ORDER BY id LIMIT $2");
    let rows = rows.bind(after).bind(BATCH).rows(tx).await?;
    let accounts = readable(&rows, |row| {
        let description = row.get::<Option<String>>("description")?.unwrap_or_default();
        Ok((row.get::<ServiceAccountId>("id")?, row.get::<String>("name")?, description))
    })?;
    for (id, name, description) in &accounts {
        sql("UPDATE service_accounts SET name_folded = $2, description_folded = $3 WHERE id = $1")
            .bind(*id)
            .bind(fold(name))
            .bind(fold(description))
            .execute(tx)
            .await?;
    }
    Ok(accounts.last().map(|(id, ..)| id.uuid()))
}

/// Reads the stored words first, because most tokens don't change.
async fn write_words(tx: &mut Tx, after: Uuid) -> Result<Option<Uuid>, StoreError> {
    let rows = sql("SELECT id, organization_id, label, description, updated_at FROM tokens WHERE id > $1 \
        ORDER BY id LIMIT $2");
    let rows = rows.bind(after).bind(BATCH).rows(tx).await?;
    let tokens = readable(&rows, |row| {
        let words = tokens::words(&row.get::<String>("label")?, row.get::<Option<String>>("description")?.as_deref());
        let place = (row.get::<OrganizationId>("organization_id")?, row.get::<Timestamp>("updated_at")?);
        Ok((row.get::<TokenId>("id")?, place, words))
    })?;
    let ids: Vec<TokenId> = tokens.iter().map(|(id, ..)| *id).collect();
    let mut statement = sql("SELECT token_id, word FROM token_words WHERE token_id IN ");
    statement.push_list(&ids);
    let mut written = BTreeMap::<TokenId, BTreeSet<String>>::new();
    let rows = statement.rows(tx).await?;
    for (token, word) in readable(&rows, |row| Ok((row.get("token_id")?, row.get("word")?)))? {
        written.entry(token).or_default().insert(word);
    }
    for (id, (organization, updated_at), words) in &tokens {
        if written.get(id).map_or(words.is_empty(), |written| written == words) {
            continue;
        }
        sql("DELETE FROM token_words WHERE token_id = $1").bind(*id).execute(tx).await?;
        tokens::insert_words(tx, *id, *organization, *updated_at, words).await?;
    }
    Ok(ids.last().map(|id| id.uuid()))
}

async fn fold_events(tx: &mut Tx, after: (Uuid, i64)) -> Result<Option<(Uuid, i64)>, StoreError> {
    let rows = sql("SELECT organization_id, sequence, actor_name, target_name FROM audit_events \
        WHERE (organization_id, sequence) > ($1, $2) ORDER BY organization_id, sequence LIMIT $3");
    let rows = rows.bind(after.0).bind(after.1).bind(BATCH).rows(tx).await?;
    let events = readable(&rows, |row| {
        let names = audit::fold_names(&row.get::<String>("actor_name")?, &row.get::<String>("target_name")?);
        Ok((row.get::<Uuid>("organization_id")?, row.get::<i64>("sequence")?, names))
    })?;
    for (organization, sequence, names) in &events {
        sql("UPDATE audit_events SET names_folded = $3 WHERE organization_id = $1 AND sequence = $2")
            .bind(*organization)
            .bind(*sequence)
            .bind(names)
            .execute(tx)
            .await?;
    }
    Ok(events.last().map(|(organization, sequence, _)| (*organization, *sequence)))
}
