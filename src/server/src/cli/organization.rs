//! `mintkey organization`.

use clap::{Args, Subcommand};
use mintkey_client::{OrganizationChanges, wire::Organization};

use super::{
    connection::Connection,
    global::GlobalOptions,
    print::{self, optional, time},
};
use crate::Failure;

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct OrganizationArguments {
    #[command(subcommand)]
    command: Option<OrganizationCommand>,
}

#[derive(Subcommand, Debug)]
enum OrganizationCommand {
    /// Show the organization and its settings
    Get,
    /// Change the organization's settings
    Edit(Edit),
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
struct Edit {
    /// Its display name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Default token lifetime: `90d`
    #[arg(long, value_name = "TIME")]
    default_token_ttl: Option<String>,
    /// Maximum token lifetime: `365d`, or `none`
    #[arg(long, value_name = "TIME")]
    max_token_ttl: Option<String>,
    /// The audience of access tokens, or `none` for the organization's own address
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,
    /// Audit log retention: `400d`, or `none` to keep events forever
    #[arg(long, value_name = "TIME")]
    audit_retention: Option<String>,
    /// Whether certificates may be handed out in PKCS#12 bundles with weak encryption, for programs that open no other
    #[arg(long, value_name = "BOOLEAN")]
    allow_compatible_pkcs12: Option<bool>,
}

pub(crate) async fn run(arguments: OrganizationArguments, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let organization = match arguments.command {
        None | Some(OrganizationCommand::Get) => connection.client.organization().await?,
        Some(OrganizationCommand::Edit(edit)) => {
            let changes = OrganizationChanges {
                name: edit.name,
                default_token_ttl: edit.default_token_ttl,
                max_token_ttl: edit.max_token_ttl.map(or_none),
                audience: edit.audience.map(or_none),
                audit_retention: edit.audit_retention.map(or_none),
                allow_compatible_pkcs12: edit.allow_compatible_pkcs12,
            };
            connection.client.edit_organization(&changes).await?
        }
    };
    show(options, &organization)
}

fn show(options: &GlobalOptions, organization: &Organization) -> Result<(), Failure> {
    print::object(options.format, organization, &organization.id.to_string(), || {
        vec![
            ("ID", organization.id.to_string()),
            ("Name", organization.name.clone()),
            ("Default token lifetime", organization.default_token_ttl.clone()),
            ("Maximum token lifetime", organization.max_token_ttl.clone().unwrap_or_else(|| "none".to_owned())),
            ("Audience", organization.audience.clone()),
            ("Audit log retention", optional(organization.audit_retention.as_deref())),
            (
                "Weak PKCS#12 bundles",
                if organization.allow_compatible_pkcs12 { "allowed" } else { "not allowed" }.to_owned(),
            ),
            ("Created", time(Some(organization.created_at))),
        ]
    })
}

/// A value, or `none` for its absence.
fn or_none(text: String) -> Option<String> {
    (text != "none").then_some(text)
}
