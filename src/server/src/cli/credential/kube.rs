//! Kubernetes' exec credential plugin (client.authentication.k8s.io).

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use mintkey_client::{Client, ClusterId, Credential, SecretText, Timestamp};
use mintkey_domain::{Grant, ScopeSet, scopes};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::{
    access_token::exchange,
    connection::{Connection, builder},
    global::GlobalOptions,
    values,
};
use crate::{Failure, environment, folders, output};

const DEFAULT_API_VERSION: &str = "client.authentication.k8s.io/v1";
const API_VERSIONS: [&str; 2] = [DEFAULT_API_VERSION, "client.authentication.k8s.io/v1beta1"];
/// A kept access token is used until a minute before its end.
const RENEW_BEFORE: i64 = 60_000;

/// An access token that is kept between calls.
#[derive(Serialize, Deserialize)]
struct CachedToken {
    #[serde(serialize_with = "SecretText::show")]
    token: SecretText,
    expires_at: Timestamp,
}

pub(super) async fn run(cluster: Option<ClusterId>, chosen: &[String], options: &GlobalOptions) -> Result<(), Failure> {
    let api_version = api_version()?;
    let connection = Connection::open(options).await?;
    let chosen = values::scopes(chosen);
    let path = cache_file(&connection, cluster, &chosen);
    let kept = match path.as_deref().and_then(load) {
        Some(kept) if still_works(&connection, &kept).await => Some(kept),
        _ => None,
    };
    let kept = if let Some(kept) = kept {
        kept
    } else {
        let scopes = match cluster {
            Some(id) => scopes_of(&connection.client, id).await?,
            None => chosen,
        };
        let answer = exchange(&connection.client, &connection.token, &scopes).await?;
        let kept = CachedToken { token: SecretText::new(answer.access_token), expires_at: answer.expires_at };
        if let Some(path) = &path {
            // Without a cache, each call exchanges the key again.
            let _ = store(path, &kept);
        }
        kept
    };
    let credential = json!({
        "apiVersion": api_version,
        "kind": "ExecCredential",
        "status": {"token": kept.token.expose(), "expirationTimestamp": kept.expires_at.to_string()},
    });
    output::line(format_args!("{credential}"))
}

/// The scopes of an access token for a cluster: those of its groups that the key has. The cluster receives the access token, so
/// it never has more than it needs there.
async fn scopes_of(client: &Client, id: ClusterId) -> Result<Vec<String>, Failure> {
    let cluster = match client.clusters().get(id).await {
        Ok(cluster) => cluster,
        // A key that may not read the cluster is made for it, or for other services.
        Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 403) => {
            let held = client.me().await?.scopes;
            return without_own(held).ok_or_else(|| {
                let scope = scopes::CLUSTERS_READ;
                Failure::Refused(format!(
                    "the key has no scope for the cluster, nor {scope}, which would tell which it needs"
                ))
            });
        }
        Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 404) => {
            return Err(Failure::Refused(format!("there is no cluster {id} on this server; it may have been deleted")));
        }
        Err(error) => return Err(error.into()),
    };
    let me = client.me().await?;
    let held = ScopeSet::new(me.scopes.iter().filter_map(|text| Grant::parse(text).ok()).collect());
    let of_groups = cluster.groups.into_iter().map(|group| group.scope).filter(|scope| held.covers(scope));
    let of_groups = values::scopes(&of_groups.collect::<Vec<_>>());
    // In no group, it needs any scope to be a user of the cluster: the one that it has just used.
    Ok(if of_groups.is_empty() { vec![scopes::CLUSTERS_READ.to_owned()] } else { of_groups })
}

/// The scopes that aren't Mintkey's own, with which a cluster could act here. `None` if there are none.
fn without_own(mut held: Vec<String>) -> Option<Vec<String>> {
    held.retain(|scope| scope != "*" && !scope.starts_with("mintkey:"));
    (!held.is_empty()).then_some(held)
}

/// Whether the server accepts a kept access token: kubectl calls again after a 401, for another one. A server that can't be
/// reached doesn't decide.
async fn still_works(connection: &Connection, kept: &CachedToken) -> bool {
    let client = builder(connection.client.origin()).credential(Credential::Bearer(kept.token.clone())).retries(0);
    match client.build() {
        Ok(client) => {
            !client.me().await.is_err_and(|error| error.refusal().is_some_and(|refusal| refusal.status == 401))
        }
        Err(_) => false,
    }
}

/// The version that kubectl asks for in `KUBERNETES_EXEC_INFO`.
fn api_version() -> Result<String, Failure> {
    let Ok(info) = std::env::var("KUBERNETES_EXEC_INFO") else { return Ok(DEFAULT_API_VERSION.to_owned()) };
    let info: Value = serde_json::from_str(&info).unwrap_or_default();
    match info["apiVersion"].as_str() {
        Some(version) if API_VERSIONS.contains(&version) => Ok(version.to_owned()),
        _ => {
            Err(Failure::Usage(format!("KUBERNETES_EXEC_INFO: expected the apiVersion {}", API_VERSIONS.join(" or "))))
        }
    }
}

/// One file for each server, key, cluster and choice of scopes. Its name reveals nothing of the key.
fn cache_file(connection: &Connection, cluster: Option<ClusterId>, scopes: &[String]) -> Option<PathBuf> {
    let origin = connection.client.origin();
    let cluster = cluster.map(|id| id.to_string()).unwrap_or_default();
    let text = format!("{origin}\n{}\n{}\n{cluster}", connection.token.expose(), scopes.join(" "));
    let name = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
    Some(folders::cache()?.join("access-tokens").join(name).with_extension("json"))
}

fn load(path: &Path) -> Option<CachedToken> {
    let kept: CachedToken = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    (kept.expires_at.since(environment::now()) > RENEW_BEFORE).then_some(kept)
}

fn store(path: &Path, kept: &CachedToken) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(serde_json::to_string(kept)?.as_bytes())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
