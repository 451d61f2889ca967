//! `mintkey service-account`.

use clap::{Args, Subcommand};
use mintkey_client::{
    NewServiceAccount, Role, ServiceAccountChanges, ServiceAccountFilter, ServiceAccountStatus, TokenFilter, UserId,
    wire::ServiceAccount,
};

use super::{
    connection::Connection,
    global::GlobalOptions,
    paging::Paging,
    print::{self, Listing, time},
    terminal::{confirm, note},
    token,
    values::{self, service_account as find},
};
use crate::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum ServiceAccountCommand {
    /// List service accounts
    List {
        /// Words of the name and the description; or the ID
        #[arg(value_name = "TEXT")]
        search: Option<String>,
        /// Only accounts with this status
        #[arg(long, value_name = "STATUS", value_parser = values::one_of::<ServiceAccountStatus>(ServiceAccountStatus::NAMES.iter().copied()))]
        status: Option<ServiceAccountStatus>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a service account
    Get(Account),
    /// Create a service account, without tokens
    Create(Create),
    /// Change a service account
    Edit(Edit),
    /// Stop all its credentials until it is activated
    Suspend(Account),
    /// Let the keys of a suspended account work again
    Activate(Account),
    /// Stop it permanently and invalidate all its tokens; the record is kept, and its name stays taken
    #[command(alias = "delete")]
    Decommission(Account),
    /// List its tokens
    Tokens {
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        paging: Paging,
    },
}

/// A service account.
#[derive(Args, Debug)]
pub(crate) struct Account {
    /// Its name or ID
    #[arg(value_name = "NAME")]
    account: String,
}

#[derive(Args, Debug)]
pub(crate) struct Create {
    /// Its name, which no other account of the organization has
    name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Its role [default: member]
    #[arg(long, value_name = "ROLE", value_parser = values::one_of::<Role>(Role::NAMES.iter().copied()))]
    role: Option<Role>,
    /// The limit of what its credentials may do; may be repeated [default: all that its role may do]
    #[arg(long = "allowed-scope", value_name = "SCOPE,…")]
    allowed_scopes: Vec<String>,
    /// The ID of a user who may create, edit and rotate its tokens; may be repeated
    #[arg(long = "managed-by", value_name = "ID", value_parser = values::id::<UserId>, value_delimiter = ',')]
    members: Vec<UserId>,
}

#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[command(flatten)]
    account: Account,
    /// Its new name
    #[arg(long = "name", value_name = "NAME")]
    new_name: Option<String>,
    /// What it is for; an empty text removes it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Its role
    #[arg(long, value_name = "ROLE", value_parser = values::one_of::<Role>(Role::NAMES.iter().copied()))]
    role: Option<Role>,
    /// The limit of what its credentials may do from now on; may be repeated
    #[arg(long = "allowed-scope", value_name = "SCOPE,…", conflicts_with = "any_scope")]
    allowed_scopes: Vec<String>,
    /// Its credentials may do all that its role may do
    #[arg(long)]
    any_scope: bool,
    /// The IDs of the users who may create, edit and rotate its tokens from now on
    #[arg(long = "managed-by", value_name = "ID", value_parser = values::id::<UserId>, value_delimiter = ',')]
    members: Vec<UserId>,
    /// Only administrators may create, edit and rotate its tokens
    #[arg(long, conflicts_with = "members")]
    no_managers: bool,
    /// Invalidate tokens that would gain permissions their creators couldn't grant
    #[arg(long)]
    invalidate_tokens: bool,
}

const LISTING: Listing<ServiceAccount> = Listing {
    plural: "service accounts",
    columns: &[
        ("NAME", |account| account.name.clone()),
        ("STATUS", |account| account.status.to_string()),
        ("ROLE", |account| account.role.to_string()),
        ("TOKENS", |account| account.tokens.to_string()),
        ("ALLOWED SCOPES", |account| allowed(account)),
        ("ID", |account| account.id.to_string()),
    ],
    name: |account| account.name.clone(),
};

pub(crate) async fn run(command: ServiceAccountCommand, options: &GlobalOptions) -> Result<(), Failure> {
    let connection = Connection::open(options).await?;
    let client = &connection.client;
    let accounts = client.service_accounts();
    match command {
        ServiceAccountCommand::List { search, status, paging } => {
            let filter = ServiceAccountFilter { status, q: search };
            let list = async |page| accounts.list(&filter, &page).await;
            let page = paging.fetch(|| accounts.all(filter.clone()), list).await?;
            print::list(options.format, &page, &LISTING)
        }
        ServiceAccountCommand::Get(account) => show(options, &find(client, &account.account).await?),
        ServiceAccountCommand::Create(create) => {
            let account = NewServiceAccount {
                name: create.name,
                description: create.description,
                role: create.role,
                allowed_scopes: some_scopes(&create.allowed_scopes),
                member_ids: create.members,
            };
            show(options, &accounts.create(&account).await?)
        }
        ServiceAccountCommand::Edit(edit) => {
            let id = find(client, &edit.account.account).await?.id;
            show(options, &accounts.edit(id, &edit.changes()).await?)
        }
        ServiceAccountCommand::Suspend(account) => {
            let id = find(client, &account.account).await?.id;
            show(options, &accounts.suspend(id).await?)
        }
        ServiceAccountCommand::Activate(account) => {
            let id = find(client, &account.account).await?.id;
            show(options, &accounts.activate(id).await?)
        }
        ServiceAccountCommand::Decommission(account) => {
            let account = find(client, &account.account).await?;
            confirm(
                options,
                format_args!("Decommission {}, permanently? Tokens that stop: {}.", account.name, account.tokens),
            )?;
            accounts.decommission(account.id).await?;
            note(format_args!("{} is decommissioned.", account.name));
            Ok(())
        }
        ServiceAccountCommand::Tokens { account, paging } => {
            let id = find(client, &account.account).await?.id;
            let all = || client.tokens().all(TokenFilter { owner_id: Some(id.uuid()), ..TokenFilter::default() });
            let list = async |page| accounts.tokens(id, &TokenFilter::default(), &page).await;
            let page = paging.fetch(all, list).await?;
            print::list(options.format, &page, &token::LISTING)
        }
    }
}

impl Edit {
    fn changes(&self) -> ServiceAccountChanges {
        ServiceAccountChanges {
            name: self.new_name.clone(),
            description: self.description.clone().map(|text| (!text.is_empty()).then_some(text)),
            role: self.role,
            allowed_scopes: some_scopes(&self.allowed_scopes).map(Some).or_else(|| self.any_scope.then_some(None)),
            member_ids: (self.no_managers || !self.members.is_empty()).then(|| self.members.clone()),
            invalidate_tokens: self.invalidate_tokens,
        }
    }
}

fn some_scopes(texts: &[String]) -> Option<Vec<String>> {
    (!texts.is_empty()).then(|| values::scopes(texts))
}

fn allowed(account: &ServiceAccount) -> String {
    account.allowed_scopes.as_ref().map_or_else(|| "any".to_owned(), |scopes| scopes.join(" "))
}

fn show(options: &GlobalOptions, account: &ServiceAccount) -> Result<(), Failure> {
    print::object(options.format, account, &account.name, || {
        let mut facts = vec![("Name", account.name.clone())];
        facts.extend(account.description.clone().map(|text| ("Description", text)));
        let members: Vec<_> = account.members.iter().map(|member| member.name.clone()).collect();
        facts.extend([
            ("Status", account.status.to_string()),
            ("Role", account.role.to_string()),
            ("Allowed scopes", allowed(account)),
            ("Managed by", if members.is_empty() { "-".to_owned() } else { members.join(" ") }),
            ("Tokens", account.tokens.to_string()),
            ("Created", format!("{} by {}", time(Some(account.created_at)), account.created_by.name)),
            ("ID", account.id.to_string()),
        ]);
        facts
    })
}
