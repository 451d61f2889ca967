//! Whether an organization's audit log is whole: each event where it was written, as it was written.

use std::{fmt, str::FromStr};

use mintkey_domain::{AuditAction, ErrorCode, MINUTE};
use mintkey_store::{AuditEvent, StoreError};

use super::list::hex;
use crate::{Actor, Error, Result, Service};

/// Events that are read at once.
const BATCH: u32 = 1000;
/// How long after its organization's row a log's first event is at the latest, in milliseconds. Both are of one
/// transaction; the rest is for clocks and for what an older version has called the event.
const MAX_MAKING: i64 = 10 * MINUTE;

/// An event by its place and its hash: what stood at the end of a log when somebody looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The event's number; 0 for a log without events.
    pub sequence: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// What was found out about a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditCheck {
    /// It is whole up to this event, the last.
    Whole(AuditHead),
    /// It isn't; this is the first place where it shows.
    Broken {
        /// The number of the event.
        sequence: i64,
        /// What is wrong there.
        flaw: AuditFlaw,
    },
}

/// What can be wrong with an event of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFlaw {
    /// There is none of this number, though there are later ones.
    Missing,
    /// It doesn't have the hash of what it says.
    Changed,
    /// It follows another event than the one before it.
    Unlinked,
    /// It holds what Mintkey never writes.
    Unreadable,
    /// The log ends before the event that is expected in it.
    CutOff,
    /// There is none at all, although the organization and each checkpoint come with one.
    Emptied,
    /// It isn't the event that is expected here, though the chain is whole: it was written anew.
    Replaced,
    /// The checkpoint that stands for it and for all before it isn't Mintkey's own.
    Forged,
    /// It stands there although a checkpoint says that it was removed.
    Returned,
    /// It is expected, but was removed with its time: nothing can be said of it.
    Removed,
}

impl Service {
    /// Walks the organization's chain from its first event, or from its checkpoint, and names the first break.
    ///
    /// A chain that is whole in itself may still have lost its end, or have been written anew as a whole by someone
    /// who has the database. `expected`, a head that was noted elsewhere, finds that out.
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
                return Ok(broken(event.sequence, AuditFlaw::Returned));
            }
            match &expected {
                Some(known) if known.sequence < head.sequence => {
                    return Ok(broken(known.sequence, AuditFlaw::Removed));
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
                // One by one, to find out which.
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
                if event.sequence == 1 && self.is_second_beginning(actor, event).await? {
                    return Ok(broken(1, AuditFlaw::Emptied));
                }
                if let Some(flaw) = flaw(event, &head) {
                    // What is missing is what was expected here, not what was found instead.
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
            // An organization is made together with its first event, and a checkpoint together with the event that tells
            // of it: a log that ends where it begins has lost what came after.
            _ if head.sequence == beginning => Ok(broken(beginning + 1, AuditFlaw::Emptied)),
            _ => Ok(AuditCheck::Whole(head)),
        }
    }

    /// Whether a log's first event isn't that of its organization's making but one of long after: what was written once
    /// the log had been emptied is a chain that is whole in itself.
    async fn is_second_beginning(&self, actor: &Actor, first: &AuditEvent) -> Result<bool> {
        let made = self.tenant(actor.organization).await?.row.created_at;
        let late = first.event.at.millis() > made.millis().saturating_add(MAX_MAKING);
        Ok(late && first.event.action != AuditAction::OrganizationCreate.as_str())
    }

    /// The actors of `mintkey admin`, one for each organization.
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
        write!(f, "{}:{}", self.sequence, hex(&self.hash))
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
    if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(AuditHead { sequence, hash })
}

impl fmt::Display for AuditFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Changed => "was changed: its hash differs",
            Self::Unlinked => "follows another event than the one before it",
            Self::Unreadable => "holds what Mintkey never writes",
            Self::CutOff => "is missing: the log ends before the expected event",
            Self::Emptied => "is missing: the log was emptied",
            Self::Replaced => "is another one than expected",
            Self::Forged => "is where the log says that it was cut, but the signature of that is not Mintkey's",
            Self::Returned => "stands in the log although it was removed from it",
            Self::Removed => "was removed when its time was over: expect a later one",
        })
    }
}
