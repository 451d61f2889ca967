//! Docker's credential helper protocol (docker/docker-credential-helpers).

use clap::ValueEnum;
use serde_json::json;

use super::super::{
    access_token::client_credentials, connection::Connection, global::GlobalOptions, terminal::read_stdin,
};
use super::{Hosts, host_of, is_loopback};
use crate::{Failure, output};

/// The name by which docker calls its helper.
pub(crate) const DOCKER_HELPER: &str = "docker-credential-mintkey";

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DockerAction {
    Get,
    Store,
    Erase,
    List,
}

pub(super) async fn run(action: DockerAction, hosts: &Hosts, options: &GlobalOptions) -> Result<(), Failure> {
    match action {
        DockerAction::Get => get(hosts, options).await,
        DockerAction::List => output::text("{}\n"),
        DockerAction::Store => Err(Failure::Refused(
            "docker's passwords aren't stored here: the profile of `mintkey login` is used".to_owned(),
        )),
        DockerAction::Erase => Ok(()),
    }
}

async fn get(hosts: &Hosts, options: &GlobalOptions) -> Result<(), Failure> {
    let input = read_stdin()?;
    let url = input.trim();
    let connection = Connection::open(options).await?;
    let host = host_of(url);
    if url.starts_with("http://") && !is_loopback(host) {
        return Err(Failure::Refused("the credential is given to https only".to_owned()));
    }
    if let Err(refusal) = hosts.require(&connection, host) {
        // By this line on standard output, docker goes on without a credential.
        output::line(format_args!("credentials not found in native keychain"))?;
        return Err(refusal);
    }
    let (id, secret) = client_credentials(&connection.token)?;
    output::line(format_args!("{}", json!({"ServerURL": url, "Username": id, "Secret": secret.expose()})))
}
