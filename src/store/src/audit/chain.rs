//! The hash chain of an organization's audit events.
//!
//! The hash of an event is SHA-256 over these, concatenated:
//! 1. the text `mintkey audit event 1`, encoded as below;
//! 2. the hash of the previous event, 32 bytes, zeros for the first; the sequence number;
//! 3. the fields in the order of [`NewAuditEvent`].
//!
//! An event with a count other than 1 starts with `mintkey audit event 2` instead, and its count follows the sequence
//! number: the hash covers the count either way, and events from before counts existed still verify.
//!
//! Numbers and times are 8 bytes, big-endian; IDs are 16 bytes; a text is its length in bytes, encoded as a number, and
//! its UTF-8; an optional value is a byte 0, or a byte 1 and the value.

use std::collections::{BTreeMap, HashMap};

use mintkey_domain::{OrganizationId, fold};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::NewAuditEvent;
use crate::{
    StoreError,
    sql::{Runner, Value, insert_rows, sql, values},
};

const COLUMNS: usize = 23;
/// The count of a single occurrence.
const SINGLE: i64 = 1;

/// The last event of a chain.
#[derive(Clone, Copy)]
struct ChainHead {
    sequence: i64,
    hash: [u8; 32],
}

/// Cache of the last event of each chain.
#[derive(Default)]
pub(crate) struct ChainHeads(HashMap<OrganizationId, ChainHead>);

impl ChainHeads {
    /// Empties the cache, because it may no longer match the database.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Appends the events to their chains.
    pub(crate) async fn extend(
        &mut self,
        on: &mut impl Runner,
        events: &[(NewAuditEvent, i64)],
    ) -> Result<(), StoreError> {
        // Sorted, so that concurrent transactions lock the organizations in the same order and can't deadlock.
        let mut chains = BTreeMap::<OrganizationId, Vec<(&NewAuditEvent, i64)>>::new();
        for (event, count) in events {
            chains.entry(event.organization_id).or_default().push((event, *count));
        }
        let mut rows = Vec::with_capacity(events.len() * COLUMNS);
        for (organization, events) in chains {
            let mut head = self.head(on, organization).await?;
            for (event, count) in events {
                let sequence = head.sequence.checked_add(1).ok_or(StoreError::Corrupt("sequence"))?;
                let hash = hash(event, sequence, count, &head.hash);
                push_row(&mut rows, event, [sequence, count], &head.hash, &hash);
                head = ChainHead { sequence, hash };
            }
            self.0.insert(organization, head);
        }
        insert_rows(on, INSERT, COLUMNS, rows, "").await.map(|_| ())
    }

    async fn head(&self, on: &mut impl Runner, organization: OrganizationId) -> Result<ChainHead, StoreError> {
        if let Some(head) = self.0.get(&organization) {
            return Ok(*head);
        }
        if !on.is_sqlite() {
            // Serializes writers of one chain. Foreign keys only lock the key, so inserts elsewhere don't wait here.
            sql("SELECT 1 AS value FROM organizations WHERE id = $1 FOR NO KEY UPDATE")
                .bind(organization)
                .execute(on)
                .await?;
        }
        let row = sql("SELECT sequence, hash FROM audit_events WHERE organization_id = $1 \
            ORDER BY sequence DESC LIMIT 1")
        .bind(organization)
        .row(on)
        .await?;
        row.map_or(Ok(ChainHead { sequence: 0, hash: [0; 32] }), |row| {
            Ok(ChainHead { sequence: row.get("sequence")?, hash: row.get("hash")? })
        })
    }
}

const INSERT: &str = "INSERT INTO audit_events (organization_id, sequence, id, occurred_at, count, actor_type, \
    actor_id, actor_name, via, credential_id, ip, user_agent, request_id, action, target_type, target_id, \
    target_name, outcome, details, previous_hash, hash, updated_at, names_folded)";

fn push_row(
    rows: &mut Vec<Value>,
    event: &NewAuditEvent,
    [sequence, count]: [i64; 2],
    previous: &[u8; 32],
    hash: &[u8; 32],
) {
    values!(rows;
        event.organization_id, sequence, event.id, event.at, count, event.actor_type,
        event.actor_id, &event.actor_name, &event.via, event.credential_id, event.ip.as_ref(),
        event.user_agent.as_ref(), event.request_id, &event.action, &event.target_type, event.target_id,
        &event.target_name, &event.outcome, &event.details, previous, hash, event.at,
        fold_names(&event.actor_name, &event.target_name),
    );
}

/// The text that searches by actor or target match. The hash doesn't cover it, because it derives from the names.
pub(crate) fn fold_names(actor: &str, target: &str) -> String {
    format!("{}\n{}", fold(actor), fold(target))
}

/// The hash of an event at its position; the module documentation defines it.
pub(super) fn hash(event: &NewAuditEvent, sequence: i64, count: i64, previous: &[u8; 32]) -> [u8; 32] {
    let mut hash = Encoder(Sha256::new());
    hash.text(if count == SINGLE { "mintkey audit event 1" } else { "mintkey audit event 2" });
    hash.0.update(previous);
    hash.number(sequence);
    if count != SINGLE {
        hash.number(count);
    }
    hash.id(event.id.uuid());
    hash.id(event.organization_id.uuid());
    hash.number(event.at.millis());
    hash.text(event.actor_type.as_str());
    hash.maybe(event.actor_id, Encoder::id);
    hash.text(&event.actor_name);
    hash.text(&event.via);
    hash.maybe(event.credential_id, Encoder::id);
    hash.maybe(event.ip.as_deref(), Encoder::text);
    hash.maybe(event.user_agent.as_deref(), Encoder::text);
    hash.maybe(event.request_id, Encoder::id);
    hash.text(&event.action);
    hash.text(&event.target_type);
    hash.maybe(event.target_id, Encoder::id);
    hash.text(&event.target_name);
    hash.text(&event.outcome);
    hash.text(&event.details);
    hash.0.finalize().into()
}

struct Encoder(Sha256);

impl Encoder {
    fn number(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    fn id(&mut self, id: Uuid) {
        self.0.update(id.as_bytes());
    }

    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text);
    }

    fn maybe<T>(&mut self, value: Option<T>, encode: fn(&mut Self, T)) {
        self.0.update([u8::from(value.is_some())]);
        if let Some(value) = value {
            encode(self, value);
        }
    }
}
