//! The commands over the JSON API. They call a server by [`mintkey_client`], and never open its database.

#![expect(clippy::doc_markdown, reason = "the comments on arguments are their help texts")]

mod access_token;
mod apply;
mod audit;
mod ca;
mod certificate_options;
mod cluster;
mod completions;
mod connection;
mod credential;
mod credential_file;
mod curl;
mod errors;
mod exec;
mod global;
mod input;
mod kubeconfig_options;
mod login;
mod member;
mod organization;
mod paging;
mod print;
mod private_file;
mod profile;
mod profiles;
mod progress;
mod scope;
mod secret_output;
mod service_account;
mod terminal;
mod token;
mod token_facts;
mod values;
mod verify;
mod whoami;

use std::path::PathBuf;

use clap::Subcommand;

pub(crate) use self::{
    completions::{CompletionShell, completions, manual_pages},
    credential::{CredentialCommand, DOCKER_HELPER},
    global::GlobalOptions,
    input::read,
    print::plural,
    private_file::create_private,
    terminal::{confirm, note},
};
use crate::{Failure, setting::variable};

/// The commands over the JSON API.
#[derive(Subcommand, Debug)]
pub(crate) enum ApiCommand {
    /// Make a token for yourself, and store it in a profile
    Login(login::Login),
    /// Show who you are, and what your credential may do
    Whoami,
    /// Create, list, edit, rotate, invalidate and delete tokens
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Manage the identities of devices, agents and pipelines
    #[command(subcommand)]
    ServiceAccount(service_account::ServiceAccountCommand),
    /// Manage the catalogue of scopes
    #[command(subcommand)]
    Scope(scope::ScopeCommand),
    /// Manage members and invitations
    #[command(subcommand)]
    Member(member::MemberCommand),
    /// Show or change the organization's settings
    Organization(organization::OrganizationArguments),
    /// Show or bring who issues client certificates, and print their revocation lists
    #[command(subcommand)]
    Ca(ca::CaCommand),
    /// Manage Kubernetes clusters
    #[command(subcommand)]
    Cluster(cluster::ClusterCommand),
    /// Make scopes, service accounts and tokens as a file describes them
    Apply(apply::Apply),
    /// Read the audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Check the API key or access token on standard input
    Verify(verify::Verify),
    /// Exchange, introspect and revoke short-lived access tokens
    #[command(subcommand)]
    AccessToken(access_token::AccessTokenCommand),
    /// Manage the profiles of this command line
    #[command(subcommand)]
    Profile(profile::ProfileCommand),
    /// Send any request to the server, with the credential
    Curl(curl::Curl),
    /// Run a program with the credential in its environment
    Exec(exec::Exec),
    /// Give the credential to git, docker or kubectl
    #[command(subcommand)]
    Credential(CredentialCommand),
}

/// Commands about the command line itself.
#[derive(Subcommand, Debug)]
pub(crate) enum ShellCommand {
    /// Print the completions of a shell
    #[command(after_help = "Example:\n  mintkey completions bash > ~/.local/share/bash-completion/completions/mintkey")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: CompletionShell,
    },
    /// Write the manual pages into a folder
    #[command(hide = true)]
    Man {
        /// The folder
        folder: PathBuf,
    },
}

/// Runs a command.
pub(crate) async fn run(command: ApiCommand, options: &GlobalOptions) -> Result<(), Failure> {
    if variable("MINTKEY_DEBUG")?.is_some() {
        show_requests();
    }
    match command {
        ApiCommand::Login(login) => login.run(options).await,
        ApiCommand::Whoami => whoami::run(options).await,
        ApiCommand::Token(command) => token::run(command, options).await,
        ApiCommand::ServiceAccount(command) => service_account::run(command, options).await,
        ApiCommand::Scope(command) => scope::run(command, options).await,
        ApiCommand::Member(command) => member::run(command, options).await,
        ApiCommand::Organization(arguments) => organization::run(arguments, options).await,
        ApiCommand::Ca(command) => ca::run(command, options).await,
        ApiCommand::Cluster(command) => cluster::run(command, options).await,
        ApiCommand::Apply(apply) => apply.run(options).await,
        ApiCommand::Audit(command) => audit::run(command, options).await,
        ApiCommand::Verify(verify) => verify.run(options).await,
        ApiCommand::AccessToken(command) => access_token::run(command, options).await,
        ApiCommand::Profile(command) => profile::run(command, options),
        ApiCommand::Curl(curl) => curl.run(options).await,
        ApiCommand::Exec(exec) => exec.run(options).await,
        ApiCommand::Credential(command) => credential::run(command, options).await,
    }
}

/// Prints each request, with its credentials blanked, to standard error.
fn show_requests() {
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("mintkey_client=debug")
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time()
        .with_level(false)
        .with_target(false);
    // Only a second call could fail.
    let _ = subscriber.try_init();
}
