//! Adding, editing and deleting clusters.

use std::collections::HashSet;

use deserr::Deserr;
use mintkey_domain::{
    AuditAction, ClusterId, ErrorCode, FieldCode, FieldErrors, Label, Namespace, Problem, ScopeName, TokenId,
    request::{Input, RequestErrors},
    wire,
};
use mintkey_store::{Cluster, ClusterGroup, Constraint, LockedRow, StoreError};
use utoipa::ToSchema;
use x509_cert::{
    Certificate,
    der::{EncodePem as _, pem::LineEnding},
};

use super::{outliving, view};
use crate::{Actor, Error, Result, Service, audit::Details, catalogue::Catalogue};

/// The most clusters of an organization.
const MAX_CLUSTERS: i64 = 100;
/// The most groups of a cluster.
const MAX_GROUPS: usize = 100;
/// The longest name of a group, in characters.
const MAX_GROUP_NAME: usize = 253;
/// How many of the tokens that keep a cluster from being deleted are returned.
const MAX_TOKENS_NAMED: i64 = 100;
/// How many of them are named in the message.
const MAX_LABELS: usize = 3;
const MAX_SERVER: usize = 500;
const MAX_CA: usize = 64 * 1024;

/// A cluster to register.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct NewCluster {
    /// Display name.
    pub name: Label,
    /// The URL of its API server: `https://` and a host, with an optional port and path.
    #[schema(max_length = 500)]
    pub server: String,
    /// The certificates that its API server is checked with, in PEM.
    #[schema(max_length = 65536)]
    pub ca_pem: String,
    /// The namespace of kubeconfigs that are created without one. `default` if left out.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, value_type = Option<Namespace>)]
    pub default_namespace: Option<String>,
    /// The groups that credentials are members of there.
    #[deserr(default)]
    #[schema(required = false, max_items = 100)]
    pub groups: Vec<NewClusterGroup>,
}

/// Changes to a cluster: a field that is left out stays as it is.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct ClusterChanges {
    /// Display name.
    #[deserr(default, from(Label) = Some)]
    #[schema(nullable = false)]
    pub name: Option<Label>,
    /// The URL of its API server.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, max_length = 500)]
    pub server: Option<String>,
    /// The certificates that its API server is checked with, in PEM.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, max_length = 65536)]
    pub ca_pem: Option<String>,
    /// The namespace of kubeconfigs that are created without one.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, value_type = Option<Namespace>)]
    pub default_namespace: Option<String>,
    /// All groups.
    #[deserr(default, from(Vec<NewClusterGroup>) = Some)]
    #[schema(nullable = false, max_items = 100)]
    pub groups: Option<Vec<NewClusterGroup>>,
}

/// A group, and the scope that makes a credential a member of it.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct NewClusterGroup {
    /// Its name in the cluster. Never one of Kubernetes' own, which begin with `system:`.
    #[schema(min_length = 1, max_length = 253)]
    pub group: String,
    /// A scope of the catalogue.
    #[schema(min_length = 1)]
    pub scope: String,
}

impl Input for NewCluster {}

impl Input for ClusterChanges {}

impl Service {
    /// Registers a cluster.
    ///
    /// # Errors
    /// A validation problem; `already_exists`.
    pub async fn create_cluster(&self, actor: &Actor, new: NewCluster) -> Result<wire::Cluster> {
        let id = ClusterId::new(self.environment.now(), self.environment.random());
        let act = self.change(actor, AuditAction::ClusterCreate, id.uuid())?;
        let added = act.run(move |change| {
            Box::pin(async move {
                let tenant = change.tenant().await?;
                if change.tx.count_clusters(change.actor.organization).await? >= MAX_CLUSTERS {
                    let message = "An organization has at most 100 clusters.";
                    return Err(FieldErrors::one("name", FieldCode::TooLong, message).into());
                }
                let mut errors = FieldErrors::new();
                let server = check_server(&new.server, &mut errors);
                let ca_pem = check_ca(&new.ca_pem, &mut errors);
                let namespace = new.default_namespace.map_or_else(
                    || Some(Namespace::default_of_clusters()),
                    |text| Namespace::parse(&text, "default_namespace", &mut errors),
                );
                let groups = check_groups(&new.groups, &tenant.catalogue, &mut errors);
                let checked = server.zip(ca_pem).zip(namespace.zip(groups));
                let ((server, ca_pem), (default_namespace, groups)) = errors.finish(checked)?;
                let cluster = Cluster {
                    id,
                    organization_id: change.organization(),
                    name: new.name,
                    server,
                    ca_pem,
                    default_namespace,
                    groups,
                    created_at: change.now,
                    updated_at: change.now,
                };
                let mut errors = FieldErrors::new();
                outliving::check(change, None, &cluster, &mut errors).await?;
                errors.into_result()?;
                change.tx.insert_cluster(&cluster).await?;
                let details = described(None, &view(cluster.clone()));
                Ok(change.done(cluster.name.as_str(), &details, ()).with(view(cluster)))
            })
        });
        named(added.await)
    }

    /// Changes a cluster. Groups apply from the next review of a credential on.
    ///
    /// # Errors
    /// A validation problem; `already_exists`.
    pub async fn edit_cluster(&self, actor: &Actor, id: ClusterId, changes: ClusterChanges) -> Result<wire::Cluster> {
        let act = self.change(actor, AuditAction::ClusterEdit, id.uuid())?;
        let edited = act.run(move |change| {
            Box::pin(async move {
                let tenant = change.tenant().await?;
                let organization = change.organization();
                let before = change.tx.cluster(organization, id).await?.ok_or_else(Error::not_found)?;
                let mut errors = FieldErrors::new();
                let server = changes.server.and_then(|text| check_server(&text, &mut errors));
                let ca_pem = changes.ca_pem.and_then(|text| check_ca(&text, &mut errors));
                let namespace = changes
                    .default_namespace
                    .and_then(|text| Namespace::parse(&text, "default_namespace", &mut errors));
                let groups = changes.groups.and_then(|groups| check_groups(&groups, &tenant.catalogue, &mut errors));
                errors.into_result()?;
                let after = Cluster {
                    name: changes.name.unwrap_or_else(|| before.name.clone()),
                    server: server.unwrap_or_else(|| before.server.clone()),
                    ca_pem: ca_pem.unwrap_or_else(|| before.ca_pem.clone()),
                    default_namespace: namespace.unwrap_or_else(|| before.default_namespace.clone()),
                    groups: groups.unwrap_or_else(|| before.groups.clone()),
                    updated_at: change.now,
                    ..before.clone()
                };
                if after == (Cluster { updated_at: after.updated_at, ..before.clone() }) {
                    return Ok(change.unchanged(view(before)));
                }
                let mut errors = FieldErrors::new();
                outliving::check(change, Some(&before), &after, &mut errors).await?;
                errors.into_result()?;
                change.tx.update_cluster(&after).await?;
                let details = described(Some(&view(before)), &view(after.clone()));
                Ok(change.done(after.name.as_str(), &details, ()).with(view(after)))
            })
        });
        named(edited.await)
    }

    /// Deletes a cluster: its API server is refused from then on.
    ///
    /// # Errors
    /// `cluster_in_use` while a token has a kubeconfig for it, unless that is invalidated.
    pub async fn delete_cluster(&self, actor: &Actor, id: ClusterId) -> Result<()> {
        let act = self.change(actor, AuditAction::ClusterDelete, id.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let organization = change.organization();
                // A token that is made meanwhile would lose its kubeconfig.
                change.tx.lock_exclusive(LockedRow::Cluster(id)).await?;
                let cluster = change.tx.cluster(organization, id).await?.ok_or_else(Error::not_found)?;
                let tokens = change.tx.tokens_of_cluster(organization, id, MAX_TOKENS_NAMED).await?;
                if !tokens.is_empty() {
                    return Err(in_use(&tokens).into());
                }
                change.tx.delete_cluster(organization, id).await?;
                Ok(change.done(cluster.name.as_str(), &Details::default(), ()))
            })
        })
        .await
    }
}

/// The refusal to delete a cluster that these tokens have kubeconfigs for.
fn in_use(tokens: &[(TokenId, Label)]) -> Problem {
    let labels: Vec<_> = tokens.iter().take(MAX_LABELS).map(|(_, label)| label.as_str()).collect();
    let more = if tokens.len() > MAX_LABELS { " and others" } else { "" };
    let detail =
        format!("These tokens have kubeconfigs for this cluster: {}{more}. Invalidate them first.", labels.join(", "));
    let token_ids = tokens.iter().map(|(id, _)| *id).collect();
    Problem { token_ids, ..Problem::new(ErrorCode::ClusterInUse, detail) }
}

fn named<T>(result: Result<T>) -> Result<T> {
    match result {
        Err(Error::Store(StoreError::Unique(Constraint::ClusterName))) => {
            Err(Error::refused(ErrorCode::AlreadyExists, "There is a cluster of this name."))
        }
        result => result,
    }
}

fn described(before: Option<&wire::Cluster>, after: &wire::Cluster) -> Details {
    let groups = |cluster: &wire::Cluster| -> Vec<String> {
        cluster.groups.iter().map(|group| format!("{}: {}", group.group, group.scope)).collect()
    };
    let Some(before) = before else {
        return Details::default()
            .set("name", after.name.clone())
            .set("server", after.server.clone())
            .set("default_namespace", after.default_namespace.clone())
            .set("groups", groups(after));
    };
    let details = Details::default()
        .field("name", before.name.clone(), after.name.clone())
        .field("server", before.server.clone(), after.server.clone())
        .field("default_namespace", before.default_namespace.clone(), after.default_namespace.clone())
        .field("groups", groups(before), groups(after));
    if before.ca_pem == after.ca_pem { details } else { details.note("ca_pem", "replaced") }
}

fn check_server(text: &str, errors: &mut FieldErrors) -> Option<String> {
    let server = server_url(text.trim());
    if server.is_none() {
        let expected = "Expected https:// and a host, for example https://10.4.0.1:6443.";
        errors.push("server", FieldCode::InvalidFormat, expected);
    }
    server
}

/// The URL of an API server, put together from its parts: nothing else may follow or hide in it.
fn server_url(text: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/%[]".contains(&byte);
    if text.len() > MAX_SERVER || !text.bytes().all(is_plain) {
        return None;
    }
    let uri: http::Uri = text.parse().ok()?;
    let host = uri.host().filter(|host| !host.is_empty())?;
    let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    let is_whole = uri.authority().is_some_and(|authority| authority.as_str() == format!("{host}{port}"));
    (uri.scheme_str() == Some("https") && is_whole)
        .then(|| format!("https://{host}{port}{}", uri.path().trim_end_matches('/')))
}

fn check_ca(pem: &str, errors: &mut FieldErrors) -> Option<String> {
    let pem = pem.trim();
    let chain =
        if pem.len() > MAX_CA { Vec::new() } else { Certificate::load_pem_chain(pem.as_bytes()).unwrap_or_default() };
    if chain.is_empty() {
        let expected = "Expected certificates in PEM, as in certificate-authority-data, decoded from base64.";
        errors.push("ca_pem", FieldCode::InvalidFormat, expected);
        return None;
    }
    chain.iter().map(|certificate| certificate.to_pem(LineEnding::LF).ok()).collect()
}

fn check_groups(
    groups: &[NewClusterGroup],
    catalogue: &Catalogue,
    errors: &mut FieldErrors,
) -> Option<Vec<ClusterGroup>> {
    const FIELD: &str = "groups";
    if groups.len() > MAX_GROUPS {
        errors.push(FIELD, FieldCode::TooLong, "A cluster has at most 100 groups.");
        return None;
    }
    let before = errors.len();
    let mut seen = HashSet::new();
    let mut checked = Vec::with_capacity(groups.len());
    for (index, NewClusterGroup { group, scope }) in groups.iter().enumerate() {
        let name = group.trim();
        let scope = ScopeName::parse(scope).ok();
        let (code, message) = if name.is_empty()
            || name.len() > MAX_GROUP_NAME
            || !name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        {
            (FieldCode::InvalidFormat, "A group's name has 1 to 253 printable ASCII characters.")
        } else if name.to_lowercase().starts_with("system:") {
            (FieldCode::InvalidFormat, "Groups that begin with system: are Kubernetes' own, and never given.")
        } else if !seen.insert((name.to_owned(), scope.clone())) {
            (FieldCode::Duplicate, "This group is there already with this scope.")
        } else if let Some(scope) = scope.filter(|scope| catalogue.admin_only(scope.as_str()).is_some()) {
            checked.push(ClusterGroup { name: name.to_owned(), scope });
            continue;
        } else {
            (FieldCode::UnknownScope, "The catalogue has no such scope.")
        };
        errors.push_entry(FIELD, index, code, message);
    }
    (errors.len() == before).then_some(checked)
}
