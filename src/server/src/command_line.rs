//! The arguments of `mintkey`. The comments are the help texts.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use mintkey_domain::{OrganizationId, Role, Ttl};
use mintkey_service::{AuditHead, SigningAlgorithm};

use crate::cli::{ApiCommand, GlobalOptions, ShellCommand};

/// Mintkey: a self-hosted console for API credentials.
#[derive(Parser)]
#[command(name = "mintkey", version, propagate_version = true)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start the console and the API.
    #[command(
        after_help = "MINTKEY_ADMIN_EMAIL and MINTKEY_ADMIN_PASSWORD create the first administrator, as the page of the set-up \
                            link does.\nSecrets may be in files that MINTKEY_ADMIN_PASSWORD_FILE and MINTKEY_DATABASE_URL_FILE name, or be \
                            credentials of the systemd unit: master-key, admin-password, database-url."
    )]
    Serve(ServeOptions),
    /// Manage the database directly, on the machine that has it.
    #[command(subcommand)]
    Admin(AdminCommand),
    #[command(flatten)]
    Api(ApiCommand),
    #[command(flatten)]
    Shell(ShellCommand),
}

/// The commands that open the database themselves, and have no options of a server's clients.
const LOCAL: [&str; 2] = ["serve", "admin"];

/// The groups of the help text.
const GROUPS: [(&str, &[&str]); 4] = [
    ("Run a server", &["serve", "admin"]),
    (
        "Manage credentials",
        &["token", "service-account", "scope", "member", "organization", "ca", "cluster", "apply", "audit"],
    ),
    ("Use credentials", &["verify", "access-token", "curl", "exec", "credential"]),
    ("Set up this command line", &["login", "whoami", "profile", "completions", "help"]),
];

impl CommandLine {
    /// The command with its help text.
    pub(crate) fn described() -> clap::Command {
        let mut command = Self::command();
        // Gives each subcommand the options of all commands, so that they can be hidden where they don't apply.
        command.build();
        for name in LOCAL {
            command = command.mut_subcommand(name, hide_global_options);
        }
        let template = format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{}\n{{options}}\n\n`mintkey help COMMAND` explains a \
             command.\n",
            grouped(&command)
        );
        command.help_template(template)
    }
}

fn hide_global_options(command: clap::Command) -> clap::Command {
    let names: Vec<_> = command.get_subcommands().map(|subcommand| subcommand.get_name().to_owned()).collect();
    let command = command.mut_args(|argument| if argument.is_global_set() { argument.hide(true) } else { argument });
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, hide_global_options))
}

/// The subcommands by group, as clap would list them in one.
fn grouped(command: &clap::Command) -> String {
    let line = |name: &&str| {
        let about = command.find_subcommand(name).and_then(clap::Command::get_about);
        format!("  {name:<16} {}\n", about.map(ToString::to_string).unwrap_or_default())
    };
    let group = |(title, names): &(&str, &[&str])| {
        let lines: String = names.iter().map(line).collect();
        format!("\n{title}:\n{lines}")
    };
    GROUPS.iter().map(group).collect()
}

/// The database, and the key that encrypts secrets in it.
#[derive(Args, Clone, Default)]
pub(crate) struct StorageOptions {
    /// The database: `sqlite:PATH` [default: a file in your data folder]
    #[arg(long, env = "MINTKEY_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The file with the master key [default: a file beside the database, created at the first start]
    #[arg(long, env = "MINTKEY_MASTER_KEY_FILE", value_name = "FILE")]
    pub(crate) master_key_file: Option<String>,
    /// The settings file [default: mintkey.toml in your config folder, if it exists]
    #[arg(long, env = "MINTKEY_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<String>,
}

#[derive(Args, Clone, Default)]
pub(crate) struct ServeOptions {
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "MINTKEY_LISTEN", value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    /// The address that people and devices use, without a path [default: the listen address, with https:// if
    /// `--tls-cert` is set, else http://]
    #[arg(long, env = "MINTKEY_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// The PEM file with the server's certificate and those of its issuers, to speak https without a proxy. It is read
    /// again when it changes [default: none, plain http]
    #[arg(long, env = "MINTKEY_TLS_CERT", value_name = "FILE")]
    pub(crate) tls_cert: Option<String>,
    /// The PEM file with the key of the certificate, without a passphrase [default: none]
    #[arg(long, env = "MINTKEY_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<String>,
    #[command(flatten)]
    pub(crate) storage: StorageOptions,
    /// The format of the log: `pretty` or `json` [default: pretty on a terminal, else json]
    #[arg(long, env = "MINTKEY_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    /// The filter of the log, such as `info,mintkey=debug` [default: info]
    #[arg(long, env = "RUST_LOG", value_name = "FILTER")]
    pub(crate) log_filter: Option<String>,
    /// Addresses or networks of trusted proxies, separated by commas [default: none]
    #[arg(long, env = "MINTKEY_TRUSTED_PROXIES", value_name = "CIDR,…")]
    pub(crate) trusted_proxies: Option<String>,
    /// The header in which trusted proxies send the client's address; `forwarded` for RFC 7239
    /// [default: x-forwarded-for]
    #[arg(long, env = "MINTKEY_CLIENT_IP_HEADER", value_name = "NAME")]
    pub(crate) client_ip_header: Option<String>,
    /// The header in which trusted proxies pass on the certificate of their client, and its format: pem-urlencoded, xfcc or
    /// rfc9440 [default: none]
    #[arg(long, env = "MINTKEY_CLIENT_CERT_HEADER", value_name = "NAME=FORMAT")]
    pub(crate) client_cert_header: Option<String>,
    /// A separate address for Prometheus metrics. It requires no credential: keep it private [default: off]
    #[arg(long, env = "MINTKEY_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    pub(crate) metrics_listen: Option<String>,
    /// Where to report a vulnerability: an e-mail address or a URI, for `/.well-known/security.txt` [default: none]
    #[arg(long, env = "MINTKEY_SECURITY_CONTACT", value_name = "CONTACT")]
    pub(crate) security_contact: Option<String>,
    /// Maximum failed sign-ins of one account from one address in 15 minutes [default: 5]
    #[arg(long, env = "MINTKEY_SIGN_IN_FAILURES", value_name = "NUMBER")]
    pub(crate) sign_in_failures: Option<String>,
    /// Maximum failed sign-ins from one address in 15 minutes [default: 100]
    #[arg(long, env = "MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS", value_name = "NUMBER")]
    pub(crate) sign_in_failures_per_address: Option<String>,
    /// Maximum invalid keys from one address in a minute [default: 10000]
    #[arg(long, env = "MINTKEY_KEY_FAILURES_PER_ADDRESS", value_name = "NUMBER")]
    pub(crate) key_failures_per_address: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// Create an account. The password is read from a prompt, or from standard input.
    CreateUser {
        /// Their e-mail address
        email: String,
        /// Their role: admin, member or auditor
        #[arg(long, default_value = "member", value_parser = parse_role)]
        role: Role,
        #[command(flatten)]
        organization: OrganizationOption,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Change an e-mail address; the password, sessions and tokens stay.
    RenameUser {
        /// Their current e-mail address, or their id
        old: String,
        /// Their new e-mail address
        new: String,
        #[command(flatten)]
        organization: OrganizationOption,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Set a new password, and end the sessions.
    ResetPassword {
        /// Their e-mail address
        email: String,
        #[command(flatten)]
        organization: OrganizationOption,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Print a link that sets a new password, once, within 24 hours.
    ResetLink {
        /// Their e-mail address
        email: String,
        #[command(flatten)]
        organization: OrganizationOption,
        #[command(flatten)]
        address: AddressOption,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Create and list organizations.
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Copy the database to a new file, even while Mintkey is running.
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Replace the database with a backup, after checking the backup. The former database is kept beside it. Asks first,
    /// unless `--yes` is given, and refuses beside a running server.
    Restore {
        /// The backup
        file: PathBuf,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Print the organization, its scopes, members, service accounts and tokens, one JSON object per line. Add
    /// `--with-hashes` to import them elsewhere.
    Export(ExportCommand),
    /// Import the lines of an export, or tokens of another system, whose keys continue to work. What exists already stays
    /// as it is. All lines are imported in one transaction, or none.
    Import(ImportCommand),
    /// Show and apply the migrations of the database. A server applies them at its start.
    #[command(subcommand)]
    Database(DatabaseCommand),
    /// Check the whole database: print every row with an unreadable value, and what SQLite reports about its file. Exits
    /// with 1 if there is anything. A token that can't be read is refused, and marked in the console.
    Check {
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Verify, export and shorten the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// List and rotate the keys that sign access tokens. All organizations share them.
    #[command(subcommand)]
    SigningKey(SigningKeyCommand),
}

#[derive(Args)]
pub(crate) struct ExportCommand {
    /// Only tokens
    #[arg(long)]
    pub(crate) tokens_only: bool,
    /// With the hashes of keys and passwords, which an import needs. Keep the file like a backup
    #[arg(long)]
    pub(crate) with_hashes: bool,
    /// Write to a new file that only you can read, instead of to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) organization: OrganizationOption,
    #[command(flatten)]
    pub(crate) storage: StorageOptions,
}

#[derive(Args)]
pub(crate) struct ImportCommand {
    /// The file with the lines, `-` for standard input
    pub(crate) file: PathBuf,
    /// Show what would be imported, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Confirm that each key that is given as text, or by its SHA-256 or SHA-512, has at least 128 random bits
    #[arg(long)]
    pub(crate) i_know_these_are_random: bool,
    /// Also import tokens that were imported before and deleted here
    #[arg(long)]
    pub(crate) restore_deleted: bool,
    #[command(flatten)]
    pub(crate) organization: OrganizationOption,
    #[command(flatten)]
    pub(crate) storage: StorageOptions,
}

#[derive(Subcommand)]
pub(crate) enum DatabaseCommand {
    /// Print how many migrations were applied, and how many are pending.
    Status {
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Apply pending migrations, unless a server is running.
    Migrate {
        #[command(flatten)]
        storage: StorageOptions,
    },
}

#[derive(Subcommand)]
pub(crate) enum SigningKeyCommand {
    /// List the keys: id, algorithm, state (published, signing or verifying), when it begins to sign, and when it
    /// retires.
    List {
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Create a new key. It is published at once and signs after ten minutes, so that verifiers can reload the key set
    /// first. A running server notices within a second.
    Rotate {
        /// The algorithm of the new key: `ES256` or `EdDSA` [default: that of the newest key]
        #[arg(long, value_name = "NAME", value_parser = parse_algorithm)]
        algorithm: Option<SigningAlgorithm>,
        /// How long the old key is accepted after the new one begins to sign; at least 1h
        #[arg(long, value_name = "TIME", default_value = "2h", value_parser = parse_ttl)]
        retire_old_after: Ttl,
        /// For a leaked key: revoke all older keys and all access tokens, and sign with the new key at once
        #[arg(long, conflicts_with = "retire_old_after")]
        revoke_old: bool,
        #[command(flatten)]
        storage: StorageOptions,
    },
}

#[derive(Subcommand)]
pub(crate) enum OrganizationCommand {
    /// Create an organization and print its id. An administrator with an account is a member at once; otherwise, the
    /// second line is an invitation link, which works once within 7 days.
    Create {
        /// Display name.
        name: String,
        /// The e-mail address of its first administrator
        #[arg(long, value_name = "EMAIL")]
        admin: String,
        #[command(flatten)]
        address: AddressOption,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Print each organization's id and name.
    List {
        #[command(flatten)]
        storage: StorageOptions,
    },
}

/// The organization that a command manages.
#[derive(Args, Clone, Copy, Default)]
pub(crate) struct OrganizationOption {
    /// The organization's id; required if there are several
    #[arg(long, value_name = "ID", value_parser = parse_organization)]
    pub(crate) organization: Option<OrganizationId>,
}

/// The address in links.
#[derive(Args, Clone)]
pub(crate) struct AddressOption {
    /// The address that people use, without a path [default: that of the settings file, else `http://127.0.0.1:8080`]
    #[arg(long, env = "MINTKEY_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Check that no event was changed, moved or removed. Prints each organization's id and the log's head,
    /// `SEQUENCE:HASH`. Keep the head elsewhere: a later check can then detect a log that was shortened or rewritten.
    Verify {
        /// Only the log of this organization [default: all]
        #[arg(long, value_name = "ID", value_parser = parse_organization)]
        organization: Option<OrganizationId>,
        /// A head that was printed earlier, and must still be in the log
        #[arg(long, value_name = "SEQUENCE:HASH")]
        expect: Option<AuditHead>,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Print the log as one JSON object per line, the oldest event first, with everything that the hashes cover.
    Export {
        /// Only the log of this organization [default: all]
        #[arg(long, value_name = "ID", value_parser = parse_organization)]
        organization: Option<OrganizationId>,
        /// Only events after this number, to continue an earlier export
        #[arg(long, value_name = "SEQUENCE", default_value_t = 0)]
        after: i64,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Delete the events that are older than an organization's retention, as a running server does by itself. Prints each
    /// organization's id and the number of deleted events.
    #[command(alias = "cut")]
    Prune {
        #[command(flatten)]
        storage: StorageOptions,
    },
}

fn parse_role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|_| "expected admin, member or auditor".to_owned())
}

fn parse_organization(text: &str) -> Result<OrganizationId, String> {
    text.parse().map_err(|_| "expected a UUID".to_owned())
}

fn parse_algorithm(text: &str) -> Result<SigningAlgorithm, String> {
    text.parse().map_err(|_| "expected ES256 or EdDSA".to_owned())
}

fn parse_ttl(text: &str) -> Result<Ttl, String> {
    Ttl::parse(text).map_err(|_| "expected a time such as 2h or 1d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_text_has_every_command_in_one_group() {
        let command = CommandLine::described();
        let mut grouped: Vec<_> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let mut commands: Vec<_> =
            command.get_subcommands().filter(|command| !command.is_hide_set()).map(clap::Command::get_name).collect();
        grouped.sort_unstable();
        commands.sort_unstable();
        assert_eq!(grouped, commands);
    }

    #[test]
    fn the_arguments_are_consistent() {
        CommandLine::described().debug_assert();
    }
}
