//! `mintkey cluster`: Kubernetes clusters.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use futures_util::TryStreamExt as _;
use mintkey_client::{
    Client, ClusterChanges, ClusterId, NewCluster,
    wire::{Cluster, ClusterGroup},
};

use mintkey_domain::token_review_path;

use super::{
    connection::Connection,
    global::GlobalOptions,
    input,
    paging::Paging,
    print::{self, Listing, time},
    terminal::{confirm, note},
};
use crate::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum ClusterCommand {
    /// List the clusters
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a cluster
    Get {
        /// Its name or ID
        cluster: String,
    },
    /// Register a cluster
    #[command(after_help = "Example:\n  mintkey cluster create plant-3 --server https://10.4.0.1:6443 --ca ca.pem \
                            --group operators=plants.write")]
    Create(Create),
    /// Change a cluster
    Edit(Edit),
    /// Delete a cluster
    Delete {
        /// Its name or ID
        cluster: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Create {
    /// Its display name
    name: String,
    /// The URL of its API server: `https://10.4.0.1:6443`
    #[arg(long, value_name = "URL")]
    server: String,
    /// The file with the certificates that its API server is checked with, in PEM
    #[arg(long, value_name = "FILE")]
    ca: PathBuf,
    /// The namespace of those who name none [default: default]
    #[arg(long, value_name = "NAME")]
    default_namespace: Option<String>,
    /// A group of the cluster, and the scope that makes a credential a member of it; may be repeated
    #[arg(long = "group", value_name = "GROUP=SCOPE", value_parser = group)]
    groups: Vec<ClusterGroup>,
}

#[derive(Args, Debug)]
pub(crate) struct Edit {
    /// Its name or ID
    cluster: String,
    /// Its display name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The URL of its API server
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The file with the certificates that its API server is checked with, in PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The namespace of those who name none
    #[arg(long, value_name = "NAME")]
    default_namespace: Option<String>,
    /// All its groups, each with the scope that makes a credential a member of it; may be repeated
    #[arg(long = "group", value_name = "GROUP=SCOPE", value_parser = group)]
    groups: Vec<ClusterGroup>,
    /// It has no groups from now on
    #[arg(long, conflicts_with = "groups")]
    no_groups: bool,
}

const LISTING: Listing<Cluster> = Listing {
    plural: "clusters",
    columns: &[
        ("NAME", |cluster| cluster.name.clone()),
        ("SERVER", |cluster| cluster.server.clone()),
        ("GROUPS", |cluster| cluster.groups.iter().map(|group| group.group.as_str()).collect::<Vec<_>>().join(" ")),
        ("ID", |cluster| cluster.id.to_string()),
    ],
    name: |cluster| cluster.name.clone(),
};

pub(crate) async fn run(command: ClusterCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let client = &connection.client;
    match command {
        ClusterCommand::List { paging } => {
            let clusters = client.clusters();
            let list = async |page| clusters.list(&page).await;
            let page = paging.fetch(|| clusters.all(), list).await?;
            print::list(options.format, &page, &LISTING)
        }
        ClusterCommand::Get { cluster } => show(options, &connection.url, &find(client, &cluster).await?),
        ClusterCommand::Create(create) => {
            let new = NewCluster {
                name: create.name,
                server: create.server,
                ca_pem: input::read(&create.ca)?,
                default_namespace: create.default_namespace,
                groups: create.groups,
            };
            show(options, &connection.url, &client.clusters().create(&new).await?)
        }
        ClusterCommand::Edit(edit) => {
            let changes = ClusterChanges {
                name: edit.name,
                server: edit.server,
                ca_pem: edit.ca.as_deref().map(input::read).transpose()?,
                default_namespace: edit.default_namespace,
                groups: (edit.no_groups || !edit.groups.is_empty()).then_some(edit.groups),
            };
            let id = find(client, &edit.cluster).await?.id;
            show(options, &connection.url, &client.clusters().edit(id, &changes).await?)
        }
        ClusterCommand::Delete { cluster } => {
            let cluster = find(client, &cluster).await?;
            confirm(options, format_args!("Delete the cluster {}?", cluster.name))?;
            client.clusters().delete(cluster.id).await?;
            note(format_args!("The cluster {} was deleted.", cluster.name));
            Ok(())
        }
    }
}

fn group(text: &str) -> Result<ClusterGroup, String> {
    let (group, scope) = text.rsplit_once('=').ok_or("expected GROUP=SCOPE, such as operators=plants.write")?;
    Ok(ClusterGroup { group: group.to_owned(), scope: scope.to_owned() })
}

/// The ID of a cluster by its name; an ID is taken as it is.
pub(crate) async fn find_id(client: &Client, text: &str) -> Result<ClusterId, Failure> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => Ok(find(client, text).await?.id),
    }
}

/// Finds a cluster by its ID or its name.
async fn find(client: &Client, text: &str) -> Result<Cluster, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(client.clusters().get(id).await?);
    }
    let found: Vec<Cluster> = client.clusters().all().try_collect().await?;
    let cluster = found.into_iter().find(|cluster| cluster.name == text);
    cluster.ok_or_else(|| Failure::Refused(format!("there is no cluster {text}: `mintkey cluster list` shows them")))
}

fn show(options: &GlobalOptions, url: &str, cluster: &Cluster) -> Result<(), Failure> {
    print::object(options.format, cluster, &cluster.name, || {
        let groups = cluster.groups.iter().map(|group| format!("{}={}", group.group, group.scope));
        vec![
            ("ID", cluster.id.to_string()),
            ("Name", cluster.name.clone()),
            ("Server", cluster.server.clone()),
            ("Default namespace", cluster.default_namespace.clone()),
            ("Webhook", format!("{url}{}", token_review_path(cluster.id))),
            ("Groups", groups.collect::<Vec<_>>().join(" ")),
            ("Created", time(Some(cluster.created_at))),
        ]
    })
}
