//! `mintkey token rotate`.

use clap::Args;
use mintkey_client::{Rotation, TokenKind};
use mintkey_domain::Ttl;

use super::super::{
    certificate_options::{CertificateOptions, NewCertificate},
    connection::Connection,
    global::GlobalOptions,
    kubeconfig_options::KubeconfigFile,
    profiles::{Profile, ProfilesFile},
    secret_output::SecretOptions,
    terminal::note,
    token_facts::outlived_by,
    values,
};
use super::{TokenArgument, show};
use crate::{Failure, interrupt::uninterrupted};

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  mintkey token rotate ID --overlap 24h --output key.txt\n  \
                        mintkey token rotate ID --env >> .env")]
pub(crate) struct Rotate {
    #[command(flatten)]
    token: TokenArgument,
    /// How long the older secrets work too: `24h` [default: they stop at once]
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    overlap: Option<Ttl>,
    /// Keep the public keys of the token's client
    #[arg(long)]
    keep_client_keys: bool,
    /// A key by which a repeated command is recognized for 24 hours
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Print the token that would be rotated, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    certificate: CertificateOptions,
    #[command(flatten)]
    kubeconfig: KubeconfigFile,
    #[command(flatten)]
    secrets: SecretOptions,
}

impl Rotate {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let connection = Connection::open(options).await?;
        let tokens = connection.client.tokens();
        let id = self.token.id();
        if self.dry_run {
            show(options, &tokens.get(id).await?)?;
            note(format_args!("Nothing was changed: this was a dry run."));
            return Ok(());
        }
        let token = tokens.get(id).await.ok();
        let outlived = token.as_ref().and_then(outlived_by);
        let kind = token.as_ref().map(|token| token.kind);
        let (certificate, file) = if self.certificate.is_used() || kind == Some(TokenKind::ClientCertificate) {
            let NewCertificate { request, file } = self.certificate.open(options)?;
            (Some(request), Some(file))
        } else if token.is_some_and(|token| token.kubeconfig.is_some()) {
            (None, Some(self.kubeconfig.open(options)?))
        } else if self.kubeconfig.is_used() {
            return Err(Failure::Usage("--kubeconfig is for a token of the kind kubeconfig".to_owned()));
        } else {
            (None, None)
        };
        let secrets = self.secrets.open(options.format)?;
        // The profile is read before the rotation, so that its file is known to be readable.
        let own_profile =
            connection.profile.clone().filter(|_| values::token_of(connection.token.expose()) == Some(id));
        let own_profile = own_profile.map(|name| Ok::<_, Failure>((ProfilesFile::load()?, name))).transpose()?;
        let rotation = Rotation {
            overlap: self.overlap.map(|time| time.to_string()),
            keep_client_keys: self.keep_client_keys,
            certificate,
            idempotency_key: self.idempotency_key,
        };
        let overlaps = rotation.overlap.is_some();
        let rotate = async {
            let mut credentials = tokens.rotate(id, &rotation).await?;
            let saved = file.map_or(Ok(()), |file| file.save(&mut credentials));
            let stored = own_profile.map(|(mut file, name)| {
                let profile = Profile { api_token: credentials.api_key.clone(), ..Profile::default() };
                file.set(&name, &profile).map(|()| name)
            });
            secrets.write(&connection.url, &credentials)?;
            saved?;
            stored.transpose()
        };
        let stored = uninterrupted(rotate).await?;
        if !overlaps {
            note(format_args!("The older secrets don't work any more."));
        }
        if let Some(line) = outlived {
            note(format_args!("{line}"));
        }
        if let Some(name) = stored {
            note(format_args!("This is the token of the profile {name}, which has the new key now."));
        }
        Ok(())
    }
}
