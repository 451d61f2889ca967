//! `mintkey scope`.

use clap::{Args, Subcommand};
use futures_util::TryStreamExt as _;
use mintkey_client::{Client, NewScope, ScopeChanges, Search, wire::Scope};

use super::{
    connection::Connection,
    global::GlobalOptions,
    paging::Paging,
    print::{self, Listing},
    terminal::{confirm, note},
};
use crate::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum ScopeCommand {
    /// List the catalogue of scopes
    List {
        /// Words of the name and the description; or the ID
        #[arg(value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a scope
    Get {
        /// Its name or ID
        scope: String,
    },
    /// Add a scope; its name never changes
    Create {
        /// Its name: `plants.read`, `agents:write`
        name: String,
        /// What it allows, for people
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        description: String,
        /// Only administrators' credentials can hold it
        #[arg(long)]
        admin_only: bool,
    },
    /// Change a scope
    Edit(Edit),
    /// Remove a scope that no token holds
    Delete {
        /// Its name or ID
        scope: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Edit {
    /// Its name or ID
    scope: String,
    /// What it allows, for people
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Whether only administrators' credentials can hold it
    #[arg(long, value_name = "BOOLEAN")]
    admin_only: Option<bool>,
}

const LISTING: Listing<Scope> = Listing {
    plural: "scopes",
    columns: &[
        ("NAME", |scope| scope.name.clone()),
        ("DESCRIPTION", |scope| scope.description.clone()),
        ("ADMIN ONLY", |scope| if scope.admin_only { "yes".to_owned() } else { String::new() }),
        ("ID", |scope| scope.id.to_string()),
    ],
    name: |scope| scope.name.clone(),
};

pub(crate) async fn run(command: ScopeCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let client = &connection.client;
    match command {
        ScopeCommand::List { search, paging } => {
            let search = Search { q: search };
            let scopes = client.scopes();
            let list = async |page| scopes.list(&search, &page).await;
            let page = paging.fetch(|| scopes.all(search.clone()), list).await?;
            print::list(options.format, &page, &LISTING)
        }
        ScopeCommand::Get { scope } => show(options, &find(client, &scope).await?),
        ScopeCommand::Create { name, description, admin_only } => {
            show(options, &client.scopes().create(&NewScope { name, description, admin_only }).await?)
        }
        ScopeCommand::Edit(edit) => {
            if edit.description.is_none() && edit.admin_only.is_none() {
                return Err(Failure::Usage("nothing to change: give --description or --admin-only".to_owned()));
            }
            let id = find(client, &edit.scope).await?.id;
            let changes = ScopeChanges { description: edit.description, admin_only: edit.admin_only };
            show(options, &client.scopes().edit(id, &changes).await?)
        }
        ScopeCommand::Delete { scope } => {
            let scope = find(client, &scope).await?;
            confirm(options, format_args!("Delete the scope {}?", scope.name))?;
            client.scopes().delete(scope.id).await?;
            note(format_args!("The scope {} was deleted.", scope.name));
            Ok(())
        }
    }
}

/// Finds a scope by its ID or its name.
async fn find(client: &Client, text: &str) -> Result<Scope, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(client.scopes().get(id).await?);
    }
    let search = Search { q: Some(text.to_owned()) };
    let found: Vec<Scope> = client.scopes().all(search).try_collect().await?;
    let scope = found.into_iter().find(|scope| scope.name == text);
    scope.ok_or_else(|| Failure::Refused(format!("there is no scope {text}: `mintkey scope list` shows them")))
}

fn show(options: &GlobalOptions, scope: &Scope) -> Result<(), Failure> {
    print::object(options.format, scope, &scope.name, || {
        vec![
            ("Name", scope.name.clone()),
            ("Description", scope.description.clone()),
            ("Admin only", if scope.admin_only { "yes" } else { "no" }.to_owned()),
            ("ID", scope.id.to_string()),
        ]
    })
}
