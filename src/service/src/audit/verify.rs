//! Verifies that an organization's audit log is complete and unmodified.

use std::{fmt, str::FromStr};

use mintkey_domain::{AuditAction, ErrorCode, MINUTE};
use mintkey_store::{AuditEvent, StoreError};

use crate::{Actor, Error, Result, Service, hex};

/// Events per read.
const BATCH: u32 = 1000;
/// The maximum time between the creation of an organization and its log's first event, in milliseconds. Both are in one
/// transaction; the rest allows for clock changes and for older versions that named the event differently.
const MAX_MAKING: i64 = 10 * MINUTE;

/// The sequence number and hash of an event: the head of a log at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The event's sequence number; 0 for a log without events.
    pub sequence: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditCheck {
    /// The log is intact up to this event, the last.
    Whole(AuditHead),
    /// The log is damaged; this is the first place that shows it.
    Broken {
        /// The event's sequence number.
        sequence: i64,
        /// The flaw.
        flaw: AuditFlaw,
    },
}

/// Flaws of an event in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFlaw {
    /// No event has this sequence number, though later ones exist.
    Missing,
    /// The hash doesn't match the event.
    Changed,
    /// The previous hash isn't that of the event before it.
    Unlinked,
    /// It contains values that Mintkey never writes.
    Unreadable,
    /// The log ends before the expected event.
    CutOff,
    /// The log is empty, although each organization and each checkpoint is created with an event.
    Empty,
    /// The chain is intact but has another event here than expected: it was rewritten.
    Replaced,
    /// The checkpoint that replaces it and all earlier events isn't signed by Mintkey.
    Forged,
    /// It exists although a checkpoint says that it was removed.
    Restored,
    /// It is expected, but was pruned, so it can't be verified.
    Pruned,
}

impl Service {
    /// Verifies the organization's chain from its first event, or from its checkpoint, and returns the first flaw.
    ///
    /// Someone with access to the database could truncate the chain or rewrite all of it consistently. `expected`, a
    /// head that was stored elsewhere, detects that.
    pub async fn verify_audit_log(&self, actor: &Actor, expected: Option<AuditHead>) -> Result<AuditCheck> {
        if actor.principal.is_some() {
            return Err(Error::refused(ErrorCode::Forbidden, "Only `mintkey admin` can do this."));
        }
        let mut head = AuditHead { sequence: 0, hash: [0; 32] };
        if let Some(checkpoint) = self.store.audit_checkpoint(actor.organization).await? {
            head = AuditHead { sequence: checkpoint.sequence, hash: checkpoint.hash };
            if !self.is_genuine(&checkpoint) {
                return Ok(broken(head.sequence, AuditFlaw::Forged));
            }
            let first = self.store.audit_chain(actor.organization, 0, 1).await;
            if let Ok([event]) = first.as_deref()
                && event.sequence <= head.sequence
            {
                return Ok(broken(event.sequence, AuditFlaw::Restored));
            }
            match &expected {
                Some(known) if known.sequence < head.sequence => {
                    return Ok(broken(known.sequence, AuditFlaw::Pruned));
                }
                Some(known) if known.sequence == head.sequence && *known != head => {
                    return Ok(broken(head.sequence, AuditFlaw::Replaced));
                }
                _ => {}
            }
        }
        let beginning = head.sequence;
        let mut limit = BATCH;
        loop {
            let events = match self.store.audit_chain(actor.organization, head.sequence, limit).await {
                // One by one, to find the unreadable event.
                Err(StoreError::Corrupt(_)) if limit > 1 => {
                    limit = 1;
                    continue;
                }
                Err(StoreError::Corrupt(_)) => return Ok(broken(head.sequence + 1, AuditFlaw::Unreadable)),
                events => events?,
            };
            if events.is_empty() {
                break;
            }
            for event in &events {
                if event.sequence == 1 && self.was_restarted(actor, event).await? {
                    return Ok(broken(1, AuditFlaw::Empty));
                }
                if let Some(flaw) = flaw(event, &head) {
                    // Reports the expected sequence number, not the one found.
                    return Ok(broken(head.sequence + 1, flaw));
                }
                head = AuditHead { sequence: event.sequence, hash: event.hash };
                if expected.as_ref().is_some_and(|known| known.sequence == head.sequence && *known != head) {
                    return Ok(broken(head.sequence, AuditFlaw::Replaced));
                }
            }
        }
        match expected {
            Some(known) if known.sequence > head.sequence => Ok(broken(head.sequence + 1, AuditFlaw::CutOff)),
            // An organization is created with its first event, and a checkpoint with its own event: a log without any
            // event after its beginning was truncated.
            _ if head.sequence == beginning => Ok(broken(beginning + 1, AuditFlaw::Empty)),
            _ => Ok(AuditCheck::Whole(head)),
        }
    }

    /// Whether a log's first event was written long after the organization's creation: events written after the log was
    /// emptied form a consistent chain.
    async fn was_restarted(&self, actor: &Actor, first: &AuditEvent) -> Result<bool> {
        let made = self.tenant(actor.organization).await?.row.created_at;
        let late = first.event.at.millis() > made.millis().saturating_add(MAX_MAKING);
        Ok(late && first.event.action != AuditAction::OrganizationCreate.as_str())
    }

    /// The actors of `mintkey admin`, one per organization.
    pub async fn administrators(&self) -> Result<Vec<Actor>> {
        let mut actors = Vec::new();
        for organization in self.store.organizations().await? {
            actors.push(self.administrator(Some(organization.id)).await?);
        }
        Ok(actors)
    }
}

const fn broken(sequence: i64, flaw: AuditFlaw) -> AuditCheck {
    AuditCheck::Broken { sequence, flaw }
}

fn flaw(event: &AuditEvent, before: &AuditHead) -> Option<AuditFlaw> {
    if event.sequence != before.sequence + 1 {
        Some(AuditFlaw::Missing)
    } else if !event.is_intact() {
        Some(AuditFlaw::Changed)
    } else if event.previous_hash != before.hash {
        Some(AuditFlaw::Unlinked)
    } else {
        None
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, hex::encode(&self.hash))
    }
}

impl FromStr for AuditHead {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        read_head(text).ok_or("expected a number, a colon and 64 hexadecimal digits, as `audit verify` prints them")
    }
}

fn read_head(text: &str) -> Option<AuditHead> {
    let (sequence, digits) = text.trim().split_once(':')?;
    let sequence = sequence.parse().ok().filter(|sequence| *sequence >= 0)?;
    Some(AuditHead { sequence, hash: hex::decode(digits)?.try_into().ok()? })
}

impl fmt::Display for AuditFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Changed => "was changed: its hash differs",
            Self::Unlinked => "follows another event than the one before it",
            Self::Unreadable => "holds what Mintkey never writes",
            Self::CutOff => "is missing: the log ends before the expected event",
            Self::Empty => "is missing: the log was emptied",
            Self::Replaced => "is another one than expected",
            Self::Forged => "is where the log says that it was cut, but the signature of that is not Mintkey's",
            Self::Restored => "stands in the log although it was removed from it",
            Self::Pruned => "was removed when its time was over: expect a later one",
        })
    }
}
