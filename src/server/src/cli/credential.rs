//! `mintkey credential`: the helper protocols of other programs.

mod docker;
mod git;
mod kube;

use clap::{Args, Subcommand};

use mintkey_client::ClusterId;

use super::{connection::Connection, global::GlobalOptions, values};
use crate::Failure;

pub(crate) use docker::{DOCKER_HELPER, DockerAction};

#[derive(Subcommand, Debug)]
pub(crate) enum CredentialCommand {
    /// For git: answers `get` with the client ID and the client secret
    #[command(after_help = "In ~/.gitconfig:\n  [credential \"https://git.example.com\"]\n      \
                            helper = !mintkey credential git --host git.example.com")]
    Git {
        #[command(flatten)]
        hosts: Hosts,
        /// What git asks for: `get`, `store` or `erase`
        action: String,
    },
    /// For docker: answers `get` with the client ID and the client secret. As `docker-credential-mintkey`, a link to
    /// this program, it is named in docker's settings.
    #[command(after_help = "In ~/.docker/config.json:\n  {\"credHelpers\": {\"registry.example.com\": \"mintkey\"}}\n\
                            In mintkey.yaml, for the profile:\n  credential-hosts: [registry.example.com]")]
    Docker {
        #[command(flatten)]
        hosts: Hosts,
        /// What docker asks for
        #[arg(value_enum)]
        action: DockerAction,
    },
    /// For kubectl: prints an ExecCredential with an access token, which is kept until it ends
    #[command(after_help = "In a kubeconfig, as `mintkey token create --kind kubeconfig` makes it:\n  users:\n  \
                            - name: mintkey\n    user:\n      exec:\n        \
                            apiVersion: client.authentication.k8s.io/v1beta1\n        command: mintkey\n        \
                            args: [credential, kube, --cluster, ID]\n        interactiveMode: Never")]
    Kube {
        /// The ID of the cluster. Narrows the access token to the scopes of its groups. A key that may not read the cluster
        /// leaves out Mintkey's own scopes
        #[arg(long, value_name = "ID", value_parser = values::id::<ClusterId>, conflicts_with = "scopes")]
        cluster: Option<ClusterId>,
        /// Narrow the access token to these scopes; may be repeated
        #[arg(short, long = "scope", value_name = "SCOPE,…")]
        scopes: Vec<String>,
    },
}

/// The hosts that get the credential.
#[derive(Args, Debug, Default)]
pub(crate) struct Hosts {
    /// A host, besides the server's own, that gets the credential; may be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
}

pub(crate) async fn run(command: CredentialCommand, options: &GlobalOptions) -> Result<(), Failure> {
    match command {
        CredentialCommand::Git { hosts, action } => git::run(&action, &hosts, options).await,
        CredentialCommand::Docker { hosts, action } => docker::run(action, &hosts, options).await,
        CredentialCommand::Kube { cluster, scopes } => kube::run(cluster, &scopes, options).await,
    }
}

impl Hosts {
    /// Refuses a host that isn't the server's own and wasn't named: any other one could ask for the credential.
    fn require(&self, connection: &Connection, host: &str) -> Result<(), Failure> {
        let own = host_of(connection.client.origin());
        let named = self.hosts.iter().chain(&connection.credential_hosts);
        if own.eq_ignore_ascii_case(host) || named.into_iter().any(|named| named.eq_ignore_ascii_case(host)) {
            return Ok(());
        }
        Err(Failure::Refused(format!(
            "the credential isn't given to {host}: add --host {host}, or `credential-hosts: [{host}]` to the profile"
        )))
    }
}

/// The host and the port of an address.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Whether an address is this computer, to which plain HTTP is safe.
fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}
