//! `mintkey token create`.

use std::path::PathBuf;

use clap::Args;
use mintkey_client::{Client, Error, Page, ServiceAccountFilter, ServiceAccountStatus, Timestamp, Token, TokenKind};
use mintkey_domain::Ttl;
use uuid::Uuid;

use super::super::{
    certificate_options::{CertificateOptions, NewCertificate},
    connection::Connection,
    global::GlobalOptions,
    kubeconfig_options::KubeconfigOptions,
    print,
    secret_output::SecretOptions,
    terminal::{ask, is_interactive, note},
    values,
};
use super::create_many::CreateMany;
use crate::{Failure, interrupt::uninterrupted};

/// How many characters of a label are made of the scopes.
const MAX_LABEL: usize = 100;
/// How many service accounts are offered as owners.
const MAX_CHOICES: u32 = 20;

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  mintkey token create --label gateway --scope plants.read --ttl 72h\n  \
                        mintkey token create plants.read plants.write --owner hall-b-gateway --output key.txt\n  \
                        mintkey token create '*' --label laptop --never-expires -o json\n  \
                        mintkey token create plants.read --kind client_certificate --certificate gateway.p12\n  \
                        mintkey token create plants.write --kind kubeconfig --cluster plant-3 --kubeconfig plant-3.yaml\n  \
                        mintkey token create --from devices.csv --scope plants.read --results keys.csv")]
pub(crate) struct Create {
    /// Scopes, as `--scope`
    #[arg(value_name = "SCOPE")]
    words: Vec<String>,
    /// A scope of the catalogue, a prefix such as `plants.*`, or `*` for everything that the owner may do; may be
    /// repeated, or have several scopes, separated by commas
    #[arg(short, long = "scope", value_name = "SCOPE,…")]
    scopes: Vec<String>,
    /// Display name [default: the scopes]
    #[arg(short, long, alias = "name", value_name = "NAME")]
    label: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The owner: `me`, a service account's name, a member's address, or an ID [default: asked for where there is a
    /// choice, else `me`]
    #[arg(long, value_name = "OWNER")]
    owner: Option<String>,
    /// Its lifetime: `60m`, `72h`, `90d` [default: that of the organization]
    #[arg(long, value_name = "TIME", value_parser = values::duration, group = "expiry")]
    ttl: Option<Ttl>,
    /// When it expires: `2027-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = values::time, group = "expiry")]
    expires_at: Option<Timestamp>,
    /// It never expires
    #[arg(long, group = "expiry")]
    never_expires: bool,
    /// An address range that it may be used from; may be repeated [default: any address]
    #[arg(long = "cidr", value_name = "CIDR", value_delimiter = ',')]
    cidrs: Vec<String>,
    /// The kind of credential: `api_key`, `client_certificate` or `kubeconfig` [default: api_key]
    #[arg(long, value_name = "KIND", value_parser = values::one_of::<TokenKind>(TokenKind::NAMES.iter().copied()))]
    kind: Option<TokenKind>,
    /// A key by which a repeated command is recognized for 24 hours
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Create a token for each row of this CSV file, whose first line names its columns: label, and any of description,
    /// owner, scopes, cidrs, ttl and expires_at. --scope, --owner and --ttl stand for what a row leaves out; several
    /// scopes in a cell are separated by spaces. A run that was interrupted goes on when it is repeated.
    #[arg(long, value_name = "FILE", requires = "results",
          conflicts_with_all = ["label", "description", "expires_at", "never_expires", "cidrs",
                                "kind", "idempotency_key", "output", "env", "clip"])]
    from: Option<PathBuf>,
    /// With --from: the new CSV file for the secrets, and for why a row was refused
    #[arg(long, value_name = "FILE", requires = "from")]
    results: Option<PathBuf>,
    /// Print what would be requested, and create nothing. The server checks more than the names of scopes
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    certificate: CertificateOptions,
    #[command(flatten)]
    kubeconfig: KubeconfigOptions,
    #[command(flatten)]
    secrets: SecretOptions,
}

impl Create {
    pub(crate) async fn run(self, options: &GlobalOptions) -> Result<(), Failure> {
        let scopes = values::scopes(&[&self.words[..], &self.scopes].concat());
        if let (Some(from), Some(results)) = (self.from.clone(), self.results.clone()) {
            let ttl = self.ttl.map(|ttl| ttl.to_string());
            let many = CreateMany { from, results, dry_run: self.dry_run, scopes, owner: self.owner, ttl };
            return many.run(&Connection::open(options).await?.client).await;
        }
        if self.certificate.is_used() && self.kind != Some(TokenKind::ClientCertificate) {
            let message = "--certificate, --password-stdin, --pkcs12 and --csr need --kind client_certificate";
            return Err(Failure::Usage(message.to_owned()));
        }
        if self.kubeconfig.is_used() && self.kind != Some(TokenKind::Kubeconfig) {
            let message = "--cluster, --namespace, --method and --kubeconfig need --kind kubeconfig";
            return Err(Failure::Usage(message.to_owned()));
        }
        if scopes.is_empty() {
            return Err(Failure::Usage(
                "choose at least one scope: `mintkey token create plants.read` (`mintkey scope list` shows them), or '*' \
                 for everything that the owner may do"
                    .to_owned(),
            ));
        }
        let connection = Connection::open(options).await?;
        let owner = self.owner(&connection.client, options).await?;
        let mut token = self.token(scopes.clone(), owner);
        if self.kind == Some(TokenKind::Kubeconfig) {
            token = token.kubeconfig(self.kubeconfig.request(&connection.client).await?);
        }
        if self.dry_run {
            let known = values::scope_names(&connection.client).await?;
            if let Some(unknown) = values::unknown_scope(&scopes, &known) {
                return Err(Failure::Refused(unknown));
            }
            return print::plan(options.format, &token);
        }
        let file = match self.kind {
            Some(TokenKind::ClientCertificate) => {
                let NewCertificate { request, file } = self.certificate.open(options)?;
                token = token.certificate(request);
                Some(file)
            }
            Some(TokenKind::Kubeconfig) => Some(self.kubeconfig.open(options)?),
            Some(TokenKind::ApiKey) | None => None,
        };
        let secrets = self.secrets.open(options.format)?;
        let create = async {
            match token.register(&connection.client).await {
                Ok(mut credentials) => {
                    let saved = file.map_or(Ok(()), |file| file.save(&mut credentials));
                    secrets.write(&connection.url, &credentials)?;
                    saved
                }
                Err(Error::SecretLost(token)) if self.idempotency_key.is_some() => Err(Failure::Refused(format!(
                    "this was done before: the token {} exists, and its secret isn't shown again",
                    token.id
                ))),
                Err(error) => Err(error.into()),
            }
        };
        uninterrupted(create).await
    }

    fn token(&self, scopes: Vec<String>, owner: Option<Uuid>) -> Token {
        let label = self.label.clone().unwrap_or_else(|| scopes.join(" ").chars().take(MAX_LABEL).collect());
        let mut token = Token::new(label).scopes(scopes);
        for range in &self.cidrs {
            token = token.cidr(range);
        }
        if let Some(description) = &self.description {
            token = token.description(description);
        }
        if let Some(owner) = owner {
            token = token.owner(owner);
        }
        if let Some(ttl) = &self.ttl {
            token = token.ttl(ttl.to_string());
        }
        if let Some(end) = self.expires_at {
            token = token.expires_at(end);
        }
        if self.never_expires {
            token = token.never_expires();
        }
        if let Some(kind) = self.kind {
            token = token.kind(kind);
        }
        if let Some(key) = &self.idempotency_key {
            token = token.idempotency_key(key);
        }
        token
    }

    async fn owner(&self, client: &Client, options: &GlobalOptions) -> Result<Option<Uuid>, Failure> {
        match &self.owner {
            Some(owner) => values::owner(client, owner).await,
            None if is_interactive(options) => choose_owner(client).await,
            None => Ok(None),
        }
    }
}

/// Asks for the owner if there are service accounts that could be it.
async fn choose_owner(client: &Client) -> Result<Option<Uuid>, Failure> {
    let filter = ServiceAccountFilter { status: Some(ServiceAccountStatus::Active), q: None };
    let page = Page { limit: Some(MAX_CHOICES), ..Page::default() };
    let accounts = values::if_allowed(client.service_accounts().list(&filter, &page).await)?;
    let Some(accounts) = accounts.filter(|accounts| !accounts.data.is_empty()) else { return Ok(None) };
    note(format_args!("Whose token is it?"));
    note(format_args!("  0  yours"));
    for (index, account) in accounts.data.iter().enumerate() {
        note(format_args!("  {}  {}", index + 1, print::printable(&account.name)));
    }
    if accounts.next_cursor.is_some() {
        note(format_args!("  … or the name of another service account"));
    }
    loop {
        let Some(answer) = ask(format_args!("Number or name [0]:"))? else { return Ok(None) };
        match answer.parse::<usize>() {
            Ok(0) => return Ok(None),
            Ok(number) if number <= accounts.data.len() => return Ok(Some(accounts.data[number - 1].id.uuid())),
            Ok(_) => note(format_args!("Expected a number from 0 to {}.", accounts.data.len())),
            Err(_) => match values::owner(client, &answer).await {
                Ok(owner) => return Ok(owner),
                Err(Failure::Refused(line)) => note(format_args!("{line}.")),
                Err(failure) => return Err(failure),
            },
        }
    }
}
