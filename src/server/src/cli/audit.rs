//! `mintkey audit`.

use clap::{Args, Subcommand};
use mintkey_client::{AuditEventId, AuditFilter, AuditOutcome, Timestamp, wire::AuditEvent};
use uuid::Uuid;

use super::{
    connection::Connection,
    global::GlobalOptions,
    paging::Paging,
    print::{self, Listing, optional, time},
    values,
};
use crate::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum AuditCommand {
    /// List what was done, the newest first
    List(List),
    /// Show an event
    Get {
        /// The event's ID
        #[arg(value_parser = values::id::<AuditEventId>)]
        id: AuditEventId,
    },
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Words of the actor's and the target's name; or an ID or an address
    #[arg(value_name = "TEXT")]
    search: Option<String>,
    /// Only actions of this user or service account
    #[arg(long, value_name = "ID")]
    actor: Option<Uuid>,
    /// Only actions with this token or console session
    #[arg(long, value_name = "ID")]
    credential: Option<Uuid>,
    /// Only events with this action: `token.create`
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only actions on this object
    #[arg(long, value_name = "ID")]
    target: Option<Uuid>,
    /// Only events with a target of this type: `token`
    #[arg(long, value_name = "TYPE")]
    target_type: Option<String>,
    /// Only what was done, or only what was refused
    #[arg(long, value_name = "OUTCOME", value_parser = values::one_of::<AuditOutcome>(AuditOutcome::NAMES.iter().copied()))]
    outcome: Option<AuditOutcome>,
    /// From this time on: `2027-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    since: Option<Timestamp>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    until: Option<Timestamp>,
    #[command(flatten)]
    paging: Paging,
}

const LISTING: Listing<AuditEvent> = Listing {
    plural: "events",
    columns: &[
        ("TIME", |event| time(Some(event.occurred_at))),
        ("ACTOR", |event| event.actor.name.clone()),
        ("ACTION", |event| event.action.clone()),
        ("TARGET", |event| event.target.name.clone()),
        ("OUTCOME", |event| event.outcome.to_string()),
        ("FROM", |event| optional(event.ip.as_deref())),
        ("ID", |event| event.id.to_string()),
    ],
    name: |event| event.id.to_string(),
};

pub(crate) async fn run(command: AuditCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let audit = connection.client.audit();
    match command {
        AuditCommand::List(list) => {
            let filter = AuditFilter {
                actor: list.actor,
                credential: list.credential,
                action: list.action,
                target: list.target,
                target_type: list.target_type,
                outcome: list.outcome,
                since: list.since,
                until: list.until,
                q: list.search,
            };
            let page = async |page| audit.list(&filter, &page).await;
            let page = list.paging.fetch(|| audit.all(filter.clone()), page).await?;
            print::list(options.format, &page, &LISTING)
        }
        AuditCommand::Get { id } => {
            let event = audit.get(id).await?;
            print::object(options.format, &event, &event.id.to_string(), || {
                let object = |object: &serde_json::Map<String, serde_json::Value>| {
                    serde_json::Value::Object(object.clone()).to_string()
                };
                vec![
                    ("ID", event.id.to_string()),
                    ("Number", event.sequence.to_string()),
                    ("Time", event.occurred_at.to_string()),
                    ("Count", event.count.to_string()),
                    ("Actor", format!("{} ({})", event.actor.name, event.actor.kind)),
                    ("Method", event.via.clone()),
                    ("Credential", optional(event.credential_id.map(|id| id.to_string()).as_deref())),
                    ("From", optional(event.ip.as_deref())),
                    ("User agent", optional(event.user_agent.as_deref())),
                    ("Request", optional(event.request_id.map(|id| id.to_string()).as_deref())),
                    ("Action", event.action.clone()),
                    ("Target", format!("{} ({})", event.target.name, event.target.kind)),
                    ("Outcome", event.outcome.to_string()),
                    ("Before", object(&event.details.before)),
                    ("After", object(&event.details.after)),
                    ("Details", object(&event.details.notes)),
                    ("Hash", event.hash.clone()),
                    ("Previous hash", event.previous_hash.clone()),
                ]
            })
        }
    }
}
