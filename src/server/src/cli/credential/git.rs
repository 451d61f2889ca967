//! Git's credential helper protocol (git-credential(1)).

use super::super::{
    access_token::client_credentials, connection::Connection, global::GlobalOptions, terminal::read_stdin,
};
use super::{Hosts, is_loopback};
use crate::{Failure, output};

pub(super) async fn run(action: &str, hosts: &Hosts, options: &GlobalOptions) -> Result<(), Failure> {
    let input = read_stdin()?;
    if action != "get" {
        // Git also says which credentials worked. Helpers ignore what they don't know.
        return Ok(());
    }
    let attribute = |name: &str| input.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let host = attribute("host").unwrap_or_default();
    if attribute("protocol") != Some("https") && !is_loopback(host) {
        return Err(Failure::Refused("the credential is given to https only".to_owned()));
    }
    let connection = Connection::open(options).await?;
    hosts.require(&connection, host)?;
    let (id, secret) = client_credentials(&connection.token)?;
    let me = connection.client.me().await?;
    let end = me.expires_at.map(|end| format!("password_expiry_utc={}\n", end.seconds())).unwrap_or_default();
    output::text(&format!("username={id}\npassword={}\n{end}", secret.expose()))
}
