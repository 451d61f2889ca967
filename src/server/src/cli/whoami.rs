//! `mintkey whoami`.

use super::{
    connection::Connection,
    global::GlobalOptions,
    print::{self, end},
};
use crate::Failure;

pub(crate) async fn run(options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let me = connection.client.me().await?;
    print::object(options.format, &me, &me.principal.name, || {
        let mut facts = vec![
            ("Server", connection.url.clone()),
            ("Name", me.principal.name.clone()),
            ("Type", me.principal.kind.to_string()),
            ("ID", me.principal.id.to_string()),
            ("Organization", me.organization_id.to_string()),
            ("Via", me.via.to_string()),
        ];
        facts.extend(me.token_id.map(|id| ("Token", id.to_string())));
        facts.push(("Scopes", me.scopes.join(" ")));
        facts.push(("Expires", end(me.expires_at)));
        facts.extend(connection.profile.clone().map(|name| ("Profile", name)));
        facts
    })
}
