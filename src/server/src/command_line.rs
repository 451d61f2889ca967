//! The arguments of `mintkey`. The comments are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use mintkey_domain::{OrganizationId, Role, Ttl};
use mintkey_service::{AuditHead, SigningAlgorithm};

/// Mintkey: a self-hosted console for API credentials.
#[derive(Parser)]
#[command(name = "mintkey", version, propagate_version = true)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start the console and the API.
    #[command(
        after_help = "Secrets may be in files that MINTKEY_ADMIN_PASSWORD_FILE and MINTKEY_DATABASE_URL_FILE name, or be \
                            credentials of the systemd unit: master-key, admin-password, database-url."
    )]
    Serve(ServeOptions),
    /// Work on the database itself, on the machine that has it.
    #[command(subcommand)]
    Admin(AdminCommand),
}

/// Where the data is, and the key that seals what must stay secret in it.
#[derive(Args, Clone, Default)]
pub(crate) struct StorageOptions {
    /// Where the data is: `sqlite:PATH` [default: a file in your data folder]
    #[arg(long, env = "MINTKEY_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The file with the master key [default: a file beside the database, made at the first start]
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
    /// The address that people and devices use, without a path [default: http:// and the listen address]
    #[arg(long, env = "MINTKEY_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    #[command(flatten)]
    pub(crate) storage: StorageOptions,
    /// How the log is written: `pretty` or `json` [default: pretty on a terminal, else json]
    #[arg(long, env = "MINTKEY_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    /// What the log holds, as in `info,mintkey_service=debug` [default: info]
    #[arg(long, env = "RUST_LOG", value_name = "FILTER")]
    pub(crate) log_filter: Option<String>,
    /// Addresses or networks, comma-separated, of the proxies whose client address header is believed [default: none]
    #[arg(long, env = "MINTKEY_TRUSTED_PROXIES", value_name = "CIDR,…")]
    pub(crate) trusted_proxies: Option<String>,
    /// The only header that is read for the client's address, from the right; `forwarded` as RFC 7239 has it
    /// [default: x-forwarded-for]
    #[arg(long, env = "MINTKEY_CLIENT_IP_HEADER", value_name = "NAME")]
    pub(crate) client_ip_header: Option<String>,
    /// An address of its own where Prometheus reads `/metrics`. It asks for no credential: keep it private [default: off]
    #[arg(long, env = "MINTKEY_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    pub(crate) metrics_listen: Option<String>,
    /// Whom to tell about a vulnerability: an e-mail address or a URI, shown at `/.well-known/security.txt` [default: none]
    #[arg(long, env = "MINTKEY_SECURITY_CONTACT", value_name = "CONTACT")]
    pub(crate) security_contact: Option<String>,
    /// Failed sign-ins that one account from one address may have in 15 minutes [default: 5]
    #[arg(long, env = "MINTKEY_SIGN_IN_FAILURES", value_name = "NUMBER")]
    pub(crate) sign_in_failures: Option<String>,
    /// Failed sign-ins that one address may have in 15 minutes [default: 100]
    #[arg(long, env = "MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS", value_name = "NUMBER")]
    pub(crate) sign_in_failures_per_address: Option<String>,
    /// Failed keys that one address may send in a minute [default: 10000]
    #[arg(long, env = "MINTKEY_KEY_FAILURES_PER_ADDRESS", value_name = "NUMBER")]
    pub(crate) key_failures_per_address: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// Make a person with a password. The password comes from a prompt, or from standard input when it is piped.
    CreateUser {
        /// Their e-mail address
        email: String,
        /// What they may do: admin, member or auditor
        #[arg(long, default_value = "member", value_parser = parse_role)]
        role: Role,
        #[command(flatten)]
        organization: OrganizationOption,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Give a person another e-mail address; their password, sessions and tokens stay.
    RenameUser {
        /// Their e-mail address until now, or their id
        old: String,
        /// Their new e-mail address
        new: String,
        #[command(flatten)]
        organization: OrganizationOption,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Give a person a new password, and end their sessions.
    ResetPassword {
        /// Their e-mail address
        email: String,
        #[command(flatten)]
        organization: OrganizationOption,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Print a link, once, by which a person chooses a new password within 24 hours.
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
    /// Make and list organizations.
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Copy the database to a new file, also while Mintkey is running.
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Read the whole database, name every row with a value that can't be read, and what SQLite finds wrong with its
    /// file. Exits 1 if there is anything. A token that can't be read is refused, and marked in the console.
    Check {
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Look after the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look after the keys that sign access tokens. All organizations share them, so the API and the console don't.
    #[command(subcommand)]
    SigningKey(SigningKeyCommand),
}

#[derive(Subcommand)]
pub(crate) enum SigningKeyCommand {
    /// List the keys: id, algorithm, whether it is published, signing or verifying, from when on it signs, and when it
    /// retires.
    List {
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Make a new key. It is published at once and signs after ten minutes, when whoever keeps a copy of the key set
    /// has read it anew. A running server notices within a second.
    Rotate {
        /// How the new key signs: `ES256` or `EdDSA` [default: as the newest key]
        #[arg(long, value_name = "NAME", value_parser = parse_algorithm)]
        algorithm: Option<SigningAlgorithm>,
        /// How long the old key is believed once the new one signs; at least 1h
        #[arg(long, value_name = "TIME", default_value = "2h", value_parser = parse_ttl)]
        retire_old_after: Ttl,
        /// For a key that leaked: every older key and every access token die at once, and the new key signs at once
        #[arg(long, conflicts_with = "retire_old_after")]
        revoke_old: bool,
        #[command(flatten)]
        storage: StorageOptions,
    },
}

#[derive(Subcommand)]
pub(crate) enum OrganizationCommand {
    /// Make an organization and print its id. Its administrator is a member at once if they are known; else the
    /// second line is an invitation, which works once within 7 days.
    Create {
        /// What people call it
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

/// Which organization a command is about.
#[derive(Args, Clone, Copy, Default)]
pub(crate) struct OrganizationOption {
    /// The organization's id; needed once there are several
    #[arg(long, value_name = "ID", value_parser = parse_organization)]
    pub(crate) organization: Option<OrganizationId>,
}

/// Where links lead.
#[derive(Args, Clone)]
pub(crate) struct AddressOption {
    /// The address that people use, without a path [default: that of the settings file, else `http://127.0.0.1:8080`]
    #[arg(long, env = "MINTKEY_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Check that no event was changed, moved or taken out. Prints each organization's id and the log's head,
    /// `SEQUENCE:HASH`; note the head elsewhere, and a later check can tell whether the log was cut or written anew.
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
    /// Print the log as one JSON object a line, the oldest event first, with all that its hashes cover.
    Export {
        /// Only the log of this organization [default: all]
        #[arg(long, value_name = "ID", value_parser = parse_organization)]
        organization: Option<OrganizationId>,
        /// Only events after this number; for a log of which the beginning was exported before
        #[arg(long, value_name = "SEQUENCE", default_value_t = 0)]
        after: i64,
        #[command(flatten)]
        storage: StorageOptions,
    },
    /// Remove what is older than an organization keeps its log, as a running server does by itself. Prints each
    /// organization's id and how many events went.
    Cut {
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
