//! Removes events older than an organization's retention and replaces them with a signed checkpoint.

use aws_lc_rs::signature::{ED25519, KeyPair, UnparsedPublicKey};
use mintkey_domain::{AuditAction, DAY, OrganizationId};
use mintkey_store::AuditCheckpoint;

use super::Details;
use crate::{Actor, Result, Service, people::require_system};

/// Events removed per transaction, few enough that other writes don't wait long.
const BATCH: u32 = 5000;

impl Service {
    /// Removes events older than the organization's retention and returns their number. Each batch is a transaction
    /// with its own checkpoint and audit event.
    pub async fn prune_audit_log(&self, actor: &Actor) -> Result<u64> {
        require_system(actor)?;
        let mut removed = 0;
        loop {
            let batch = self.prune_batch(actor).await?;
            removed += batch;
            if batch < u64::from(BATCH) {
                return Ok(removed);
            }
        }
    }

    /// Prunes the log of every organization. At most once a day, so that its own events don't fill the log.
    pub(crate) async fn prune_audit_logs(&self) -> Result<()> {
        let yesterday = self.environment.now().millis() - DAY;
        for organization in self.store.organizations().await? {
            let checkpoint = self.store.audit_checkpoint(organization.id).await?;
            let due = checkpoint.is_none_or(|last| last.created_at.millis() <= yesterday);
            if due && organization.audit_retention.is_some() {
                self.prune_audit_log(&self.system(organization.id).await?).await?;
            }
        }
        Ok(())
    }

    async fn prune_batch(&self, actor: &Actor) -> Result<u64> {
        let act = self.change(actor, AuditAction::AuditCut, actor.organization.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let organization = change.tenant().await?.row.clone();
                let Some(retention) = organization.audit_retention else { return Ok(change.unchanged(0)) };
                let oldest = change.now.millis().saturating_sub(retention);
                // Only a prefix of the log is removed: counted events are written late, so an older event may follow a
                // newer one.
                let places = change.tx.oldest_audit_events(organization.id, BATCH).await?;
                let Some(last) = places.iter().take_while(|place| place.at.millis() < oldest).last() else {
                    return Ok(change.unchanged(0));
                };
                let message = message(organization.id, last.sequence, &last.hash);
                let checkpoint = AuditCheckpoint {
                    organization_id: organization.id,
                    sequence: last.sequence,
                    hash: last.hash,
                    signature: change.service.checkpoint_key.sign(&message).as_ref().to_vec(),
                    created_at: change.now,
                };
                let removed = change.tx.prune_audit_log(&checkpoint).await?;
                let details = Details::default().note("events", removed).note("up_to", last.sequence);
                Ok(change.done(organization.name.as_str(), &details, removed))
            })
        })
        .await
    }

    /// Whether the checkpoint was signed with the master key.
    pub(super) fn is_genuine(&self, checkpoint: &AuditCheckpoint) -> bool {
        let message = message(checkpoint.organization_id, checkpoint.sequence, &checkpoint.hash);
        let key = UnparsedPublicKey::new(&ED25519, self.checkpoint_key.public_key().as_ref());
        key.verify(&message, &checkpoint.signature).is_ok()
    }
}

/// The signed message: a label, organization, sequence number (8 bytes, big-endian) and hash of the last removed event.
fn message(organization: OrganizationId, sequence: i64, hash: &[u8; 32]) -> Vec<u8> {
    [b"mintkey audit checkpoint 1".as_slice(), organization.uuid().as_bytes(), &sequence.to_be_bytes(), hash].concat()
}
