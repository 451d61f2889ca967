//! `mintkey verify`.

use std::net::IpAddr;

use clap::Args;
use mintkey_client::{Check, wire::VerificationCode};

use super::{
    connection::Connection, global::GlobalOptions, print, terminal::secret_from_stdin, token_facts::token_facts, values,
};
use crate::{Failure, output};

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  mintkey verify --scope plants.read < key.txt")]
pub(crate) struct Verify {
    /// A scope that the credential must hold; may be repeated
    #[arg(short, long = "scope", value_name = "SCOPE,…")]
    scopes: Vec<String>,
    /// The address that it was sent from
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// Accepted and ignored: the credential is always read from standard input
    #[arg(long, hide = true)]
    token_stdin: bool,
}

impl Verify {
    /// Checks the credential on standard input. A credential that isn't valid is a failure.
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options).await?;
        let mut check = Check::new(secret_from_stdin("API key or access token")?.expose());
        for scope in values::scopes(&self.scopes) {
            check = check.scope(scope);
        }
        if let Some(ip) = self.ip {
            check = check.ip(ip);
        }
        let verification = connection.client.verify(&check).await?;
        let code = serde_json::to_value(verification.code).unwrap_or_default();
        let code = code.as_str().unwrap_or_default();
        let printed = print::object(options.format, &verification, code, || {
            let mut facts = vec![("Result", code.to_owned())];
            facts.extend(verification.missing_scopes.as_ref().map(|scopes| ("Missing scopes", scopes.join(" "))));
            facts.extend(verification.token.as_ref().map(token_facts).unwrap_or_default());
            facts
        });
        output::ignore_broken_pipe(printed)?;
        match verification.code {
            VerificationCode::Valid => Ok(()),
            _ => Err(Failure::Refused(format!("the credential isn't accepted: {code}"))),
        }
    }
}
