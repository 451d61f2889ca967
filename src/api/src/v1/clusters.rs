//! `/api/v1/clusters`: Kubernetes clusters.

use axum::{Json, extract::State, response::IntoResponse};
use http::{StatusCode, header::LOCATION};
use mintkey_domain::{
    AuditAction, ClusterId, ErrorCode,
    wire::{Cluster, ListPage},
};
use mintkey_service::{ClusterChanges, NewCluster};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, ListQuery, PageQuery, Path, Valid},
    input::NoFields,
    problem::{ApiError, JsonResult},
    state::Api,
    v1::pages::page_of,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_clusters, create_cluster)).routes(routes!(
        get_cluster,
        edit_cluster,
        delete_cluster
    ))
}

/// List clusters
///
/// All clusters of the organization by name.
#[utoipa::path(
    get, path = "/api/v1/clusters", params(PageQuery),
    responses((status = 200, description = "One page of clusters.", body = ListPage<Cluster>)),
    extensions(("x-audit-action" = json!(AuditAction::ClusterRead))),
)]
async fn list_clusters(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { paging, .. }: ListQuery<NoFields>,
) -> JsonResult<ListPage<Cluster>> {
    let clusters = api.service.list_clusters(&actor).await?;
    Ok(Json(page_of(clusters, paging, |cluster| cluster.id.to_string())?))
}

/// Register a cluster
///
/// Its API server can then ask about credentials (`/k8s/{id}/tokenreview`).
#[utoipa::path(
    post, path = "/api/v1/clusters",
    request_body(content = NewCluster, example = json!({
        "name": "plant-3",
        "server": "https://10.4.0.1:6443",
        "ca_pem": "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n",
        "groups": [{"group": "operators", "scope": "plants.write"}],
    })),
    responses((status = 201, description = "The cluster; `Location` is its path.", body = Cluster)),
    extensions(("x-audit-action" = json!(AuditAction::ClusterCreate)), ("x-codes" = json!([ErrorCode::AlreadyExists]))),
)]
async fn create_cluster(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(new)): Valid<Json<NewCluster>>,
) -> Result<impl IntoResponse, ApiError> {
    let cluster = api.service.create_cluster(&actor, new).await?;
    Ok((StatusCode::CREATED, [(LOCATION, format!("/api/v1/clusters/{}", cluster.id))], Json(cluster)))
}

/// Get a cluster
///
/// With its groups.
#[utoipa::path(
    get, path = "/api/v1/clusters/{id}",
    responses((status = 200, description = "The cluster.", body = Cluster)),
    extensions(("x-audit-action" = json!(AuditAction::ClusterRead))),
)]
async fn get_cluster(State(api): State<Api>, Caller(actor): Caller, Path(id): Path<ClusterId>) -> JsonResult<Cluster> {
    Ok(Json(api.service.cluster(&actor, id).await?))
}

/// Edit a cluster
///
/// A field that is left out stays as it is. Groups apply from the next review of a credential on.
#[utoipa::path(
    patch, path = "/api/v1/clusters/{id}",
    request_body(content = ClusterChanges, example = json!({"default_namespace": "gateways"})),
    responses((status = 200, description = "The edited cluster.", body = Cluster)),
    extensions(("x-audit-action" = json!(AuditAction::ClusterEdit)), ("x-codes" = json!([ErrorCode::AlreadyExists]))),
)]
async fn edit_cluster(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ClusterId>,
    Valid(Json(changes)): Valid<Json<ClusterChanges>>,
) -> JsonResult<Cluster> {
    Ok(Json(api.service.edit_cluster(&actor, id, changes).await?))
}

/// Delete a cluster
///
/// Its API server is answered no more. Refused while a token that isn't invalidated has a kubeconfig for it.
#[utoipa::path(
    delete, path = "/api/v1/clusters/{id}",
    responses((status = 204, description = "The cluster was deleted.")),
    extensions(
        ("x-audit-action" = json!(AuditAction::ClusterDelete)), ("x-codes" = json!([ErrorCode::ClusterInUse])),
    ),
)]
async fn delete_cluster(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ClusterId>,
) -> Result<StatusCode, ApiError> {
    api.service.delete_cluster(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
