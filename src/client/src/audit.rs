//! The audit log: `/api/v1/audit`.

use futures_util::Stream;
use mintkey_domain::{
    AuditEventId, AuditOutcome, Timestamp,
    wire::{AuditEvent, ListPage},
};
use reqwest::Method;
use serde::Serialize;
use uuid::Uuid;

use crate::{Client, Page, Result, transport::Request};

const PATH: &str = "/api/v1/audit";

/// Which events to list. All by default, the newest first.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditFilter {
    /// Only actions of this user or service account.
    pub actor: Option<Uuid>,
    /// Only actions with this token or console session.
    pub credential: Option<Uuid>,
    /// Only events with this action: `token.create`.
    pub action: Option<String>,
    /// Only actions on this object.
    pub target: Option<Uuid>,
    /// Only events with a target of this type: `token`.
    pub target_type: Option<String>,
    /// Only what was done, or only what was refused.
    pub outcome: Option<AuditOutcome>,
    /// From this time on.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Words of the actor's and the target's name; or an ID or an address.
    pub q: Option<String>,
}

/// Requests about the audit log.
#[derive(Clone, Copy)]
pub struct Audit<'a>(&'a Client);

impl Client {
    /// Requests about the audit log.
    pub fn audit(&self) -> Audit<'_> {
        Audit(self)
    }
}

impl<'a> Audit<'a> {
    /// One page of events.
    pub async fn list(self, filter: &AuditFilter, page: &Page) -> Result<ListPage<AuditEvent>> {
        self.0.list(PATH, filter, page).await
    }

    /// All events that match.
    pub fn all(self, filter: AuditFilter) -> impl Stream<Item = Result<AuditEvent>> + 'a {
        self.0.stream(PATH.to_owned(), filter)
    }

    /// One event.
    pub async fn get(self, id: AuditEventId) -> Result<AuditEvent> {
        self.0.send(Request::new(Method::GET, format!("{PATH}/{id}"))).await
    }
}
