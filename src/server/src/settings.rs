//! Resolves flags, variables and the settings file. Flags take precedence over variables, and variables over the file.

mod contact;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use http::{HeaderName, Uri, uri::Scheme};
use ipnet::IpNet;
use mintkey_domain::{InvalidRange, parse_range};
use mintkey_service::Limits;
use serde::Deserialize;

use crate::{
    Failure,
    certificate_header::CertificateHeader,
    command_line::{ServeOptions, StorageOptions},
    folders,
    listen::TlsFiles,
    setting::{SecretSetting, Setting, variable},
};

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// A database URL may contain a password.
const DATABASE_URL_SECRET: SecretSetting = SecretSetting {
    variable: "MINTKEY_DATABASE_URL",
    file_variable: "MINTKEY_DATABASE_URL_FILE",
    credential: "database-url",
};
/// The master key itself. The path of its file is a separate setting with a flag.
pub(crate) const MASTER_KEY_SECRET: SecretSetting =
    SecretSetting { variable: "MINTKEY_MASTER_KEY", file_variable: MASTER_KEY_FILE.variable, credential: "master-key" };

const CONFIG: Setting = Setting::new("--config", "MINTKEY_CONFIG");
const DATABASE_URL: Setting = Setting::new("--database-url", "MINTKEY_DATABASE_URL");
const MASTER_KEY_FILE: Setting = Setting::new("--master-key-file", "MINTKEY_MASTER_KEY_FILE");
pub(crate) const LISTEN: Setting = Setting::new("--listen", "MINTKEY_LISTEN");
const PUBLIC_URL: Setting = Setting::new("--public-url", "MINTKEY_PUBLIC_URL");
pub(crate) const TLS_CERT: Setting = Setting::new("--tls-cert", "MINTKEY_TLS_CERT");
pub(crate) const TLS_KEY: Setting = Setting::new("--tls-key", "MINTKEY_TLS_KEY");
const LOG_FORMAT: Setting = Setting::new("--log-format", "MINTKEY_LOG_FORMAT");
pub(crate) const LOG_FILTER: Setting = Setting::new("--log-filter", "RUST_LOG");
pub(crate) const TRUSTED_PROXIES: Setting = Setting::new("--trusted-proxies", "MINTKEY_TRUSTED_PROXIES");
const CLIENT_IP_HEADER: Setting = Setting::new("--client-ip-header", "MINTKEY_CLIENT_IP_HEADER");
pub(crate) const CLIENT_CERT_HEADER: Setting = Setting::new("--client-cert-header", "MINTKEY_CLIENT_CERT_HEADER");
pub(crate) const METRICS_LISTEN: Setting = Setting::new("--metrics-listen", "MINTKEY_METRICS_LISTEN");
const SECURITY_CONTACT: Setting = Setting::new("--security-contact", "MINTKEY_SECURITY_CONTACT");
const SIGN_IN_FAILURES: Setting = Setting::new("--sign-in-failures", "MINTKEY_SIGN_IN_FAILURES");
const SIGN_IN_FAILURES_PER_ADDRESS: Setting =
    Setting::new("--sign-in-failures-per-address", "MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS");
const KEY_FAILURES_PER_ADDRESS: Setting =
    Setting::new("--key-failures-per-address", "MINTKEY_KEY_FAILURES_PER_ADDRESS");

const ADDRESS: &str = "an address and a port, for example 127.0.0.1:8080";
const NUMBER: &str = "a number";

/// The settings file. Its keys are the names of the flags, with underscores.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct SettingsFile {
    listen: Option<String>,
    public_url: Option<String>,
    tls_cert: Option<String>,
    tls_key: Option<String>,
    database_url: Option<String>,
    master_key_file: Option<String>,
    log_format: Option<String>,
    log_filter: Option<String>,
    trusted_proxies: Option<Vec<String>>,
    client_ip_header: Option<String>,
    client_cert_header: Option<String>,
    metrics_listen: Option<String>,
    security_contact: Option<String>,
    sign_in_failures: Option<u32>,
    sign_in_failures_per_address: Option<u32>,
    key_failures_per_address: Option<u32>,
}

/// The log format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Text for terminals.
    Pretty,
    /// JSON, with one object per line.
    Json,
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

/// The locations of data and keys.
#[derive(Debug)]
pub(crate) struct Storage {
    pub(crate) database_url: String,
    /// The SQLite file.
    pub(crate) database_file: PathBuf,
    pub(crate) master_key_file: PathBuf,
    /// The systemd credential, if no file was configured.
    pub(crate) master_key_credential: Option<PathBuf>,
}

/// The settings of `mintkey serve`.
#[derive(Debug)]
pub(crate) struct ServeSettings {
    pub(crate) listen: SocketAddr,
    /// `None` means the address of the listener, with `https://` if it speaks TLS.
    pub(crate) public_url: Option<String>,
    /// `None` means plain http.
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) storage: Storage,
    pub(crate) log_format: Option<LogFormat>,
    pub(crate) log_filter: String,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) client_ip_header: HeaderName,
    /// `None` believes no proxy about certificates.
    pub(crate) client_cert_header: Option<CertificateHeader>,
    /// `None` disables metrics.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The contact URI for vulnerability reports. `None` disables `security.txt`.
    pub(crate) security_contact: Option<String>,
    pub(crate) limits: Limits,
}

impl ServeSettings {
    pub(crate) fn resolve(options: ServeOptions) -> Result<Self, Failure> {
        let file = SettingsFile::load(&options.storage)?;
        let storage = Storage::from(options.storage, &file)?;
        let listen = LISTEN.parsed(options.listen, file.listen, ADDRESS)?.unwrap_or(DEFAULT_LISTEN);
        let public_url = PUBLIC_URL.text(options.public_url, file.public_url)?;
        let public_url = public_url.map(|url| check_public_url(&url)).transpose()?;
        if public_url.is_none() && listen.ip().is_unspecified() {
            return Err(Failure::Usage(format!(
                "{PUBLIC_URL} is needed when listening on {listen}: the address that people use, for example https://mintkey.example.com"
            )));
        }
        let tls =
            tls_files(TLS_CERT.text(options.tls_cert, file.tls_cert)?, TLS_KEY.text(options.tls_key, file.tls_key)?)?;
        if tls.is_some() && public_url.as_ref().is_some_and(|url| url.starts_with("http://")) {
            return Err(Failure::Usage(format!("{PUBLIC_URL}: expected https://, because {TLS_CERT} is set")));
        }
        let header =
            CLIENT_IP_HEADER.parsed(options.client_ip_header, file.client_ip_header, "the name of a header")?;
        let client_cert_header = CLIENT_CERT_HEADER.parsed(
            options.client_cert_header,
            file.client_cert_header,
            "NAME=FORMAT with the format pem-urlencoded, xfcc or rfc9440, for example x-ssl-client-cert=pem-urlencoded",
        )?;
        let proxies = file.trusted_proxies.map(|proxies| proxies.join(","));
        let trusted_proxies = networks(TRUSTED_PROXIES.text(options.trusted_proxies, proxies)?)?;
        if client_cert_header.is_some() && trusted_proxies.is_empty() {
            return Err(Failure::Usage(format!("{CLIENT_CERT_HEADER} is set: set {TRUSTED_PROXIES} too")));
        }
        let number = |setting: Setting, given, file: Option<u32>, default| {
            Ok::<u32, Failure>(setting.parsed(given, file.map(|n| n.to_string()), NUMBER)?.unwrap_or(default))
        };
        let defaults = Limits::default();
        let limits = Limits {
            sign_in_per_account_and_address: number(
                SIGN_IN_FAILURES,
                options.sign_in_failures,
                file.sign_in_failures,
                defaults.sign_in_per_account_and_address,
            )?,
            sign_in_per_address: number(
                SIGN_IN_FAILURES_PER_ADDRESS,
                options.sign_in_failures_per_address,
                file.sign_in_failures_per_address,
                defaults.sign_in_per_address,
            )?,
            keys_per_address: number(
                KEY_FAILURES_PER_ADDRESS,
                options.key_failures_per_address,
                file.key_failures_per_address,
                defaults.keys_per_address,
            )?,
        };
        Ok(Self {
            listen,
            public_url,
            tls,
            storage,
            log_format: LOG_FORMAT.parsed(options.log_format, file.log_format, "pretty or json")?,
            log_filter: LOG_FILTER.text(options.log_filter, file.log_filter)?.unwrap_or_else(|| "info".to_owned()),
            trusted_proxies,
            client_cert_header,
            client_ip_header: header.unwrap_or(HeaderName::from_static("x-forwarded-for")),
            metrics_listen: METRICS_LISTEN.parsed(options.metrics_listen, file.metrics_listen, ADDRESS)?,
            security_contact: SECURITY_CONTACT
                .text(options.security_contact, file.security_contact)?
                .map(|text| contact::uri(text.trim()))
                .transpose()?,
            limits,
        })
    }
}

/// Both files or none.
fn tls_files(certificate: Option<String>, key: Option<String>) -> Result<Option<TlsFiles>, Failure> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate: certificate.into(), key: key.into() })),
        (Some(_), None) => Err(Failure::Usage(format!("{TLS_CERT} is set: set {TLS_KEY} too"))),
        (None, Some(_)) => Err(Failure::Usage(format!("{TLS_KEY} is set: set {TLS_CERT} too"))),
        (None, None) => Ok(None),
    }
}

/// Parses addresses and networks, separated by commas or spaces.
fn networks(text: Option<String>) -> Result<Vec<IpNet>, Failure> {
    let text = text.unwrap_or_default();
    let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
    let form = "addresses or networks separated by commas, for example 10.0.0.0/8, 192.0.2.7";
    let invalid = |error| match error {
        InvalidRange::HostBits => {
            TRUSTED_PROXIES.expected("a network without host bits: 10.0.0.0/8 rather than 10.0.0.7/8")
        }
        InvalidRange::Form => TRUSTED_PROXIES.expected(form),
    };
    parts.map(|part| parse_range(part).map_err(invalid)).collect()
}

/// The base URL of links that `mintkey admin` creates: that of the server with the same settings file.
pub(crate) fn admin_public_url(given: Option<String>, options: &StorageOptions) -> Result<String, Failure> {
    let file = SettingsFile::load(options)?;
    if let Some(url) = PUBLIC_URL.text(given, file.public_url)? {
        return check_public_url(&url);
    }
    let listen = LISTEN.parsed(None, file.listen, ADDRESS)?;
    // An unspecified address such as `0.0.0.0` isn't usable in a link.
    let listen = listen.filter(|address: &SocketAddr| !address.ip().is_unspecified()).unwrap_or(DEFAULT_LISTEN);
    Ok(default_public_url(listen, file.tls_cert.is_some()))
}

/// The base URL of a server without `--public-url`.
pub(crate) fn default_public_url(listen: SocketAddr, is_tls: bool) -> String {
    let scheme = if is_tls { Scheme::HTTPS } else { Scheme::HTTP };
    format!("{scheme}://{listen}")
}

impl Storage {
    pub(crate) fn resolve(options: StorageOptions) -> Result<Self, Failure> {
        let file = SettingsFile::load(&options)?;
        Self::from(options, &file)
    }

    fn from(options: StorageOptions, file: &SettingsFile) -> Result<Self, Failure> {
        DATABASE_URL_SECRET.refuse_both()?;
        // The flag takes precedence over the secret's sources, and those over the settings file.
        let url = match DATABASE_URL.text(options.database_url, None)? {
            Some(url) => Some(url),
            None => DATABASE_URL_SECRET.value()?,
        };
        let url = match DATABASE_URL.text(url, file.database_url.clone())? {
            Some(url) => url,
            None => default_database_url()?,
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Err(Failure::Usage(format!("{DATABASE_URL}: Postgres is not supported yet; use sqlite:PATH")));
        }
        let path = url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        let Some(path) = path.filter(|path| is_path(path)) else {
            return Err(DATABASE_URL.expected("sqlite:PATH, for example sqlite:/var/lib/mintkey/mintkey.db"));
        };
        let database_file = PathBuf::from(path);
        if MASTER_KEY_FILE.text(options.master_key_file.clone(), None)?.is_some()
            && variable(MASTER_KEY_SECRET.variable)?.is_some()
        {
            let key = MASTER_KEY_SECRET.variable;
            return Err(Failure::Usage(format!("{key} and {MASTER_KEY_FILE} are both set; remove one")));
        }
        let master_key_file = MASTER_KEY_FILE.text(options.master_key_file, file.master_key_file.clone())?;
        let master_key_credential = match &master_key_file {
            Some(_) => None,
            None => MASTER_KEY_SECRET.credential_file()?,
        };
        let master_key_file = master_key_file.map_or_else(|| database_file.with_extension("key"), PathBuf::from);
        Ok(Self { database_url: format!("sqlite:{path}"), database_file, master_key_file, master_key_credential })
    }
}

impl SettingsFile {
    /// Loads the configured file, which must exist, or the one in the config directory, if it exists.
    fn load(options: &StorageOptions) -> Result<Self, Failure> {
        let path = match CONFIG.text(options.config.clone(), None)? {
            Some(path) => PathBuf::from(path),
            None => match folders::config().map(|folder| folder.join("mintkey.toml")) {
                Some(path) if path.exists() => path,
                _ => return Ok(Self::default()),
            },
        };
        let text =
            std::fs::read_to_string(&path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        toml::from_str(&text).map_err(|error| {
            // The first line has the error; the other lines would repeat the file's content.
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            Failure::Usage(format!("{}: {message}", path.display()))
        })
    }
}

/// Whether SQLite takes the text for a path. It would take `file:…` for a URI, and `:memory:` for no file.
fn is_path(text: &str) -> bool {
    !text.is_empty() && !text.contains('?') && !text.starts_with(':') && !text.starts_with("file:")
}

fn default_database_url() -> Result<String, Failure> {
    let folder = folders::data().ok_or_else(|| {
        Failure::Usage("there is no data folder (HOME is not set): set --database-url sqlite:PATH".to_owned())
    })?;
    let path = folder.join("mintkey.db");
    path.to_str()
        .map(|path| format!("sqlite:{path}"))
        .ok_or_else(|| Failure::Usage("the data folder's name is not UTF-8: set --database-url sqlite:PATH".to_owned()))
}

/// Checks that the text is an origin: http or https, and a host with an optional port. Removes a default port.
pub(crate) fn check_public_url(text: &str) -> Result<String, Failure> {
    let form = "http:// or https:// and a host, without a path, for example https://mintkey.example.com";
    let wrong = || PUBLIC_URL.expected(form);
    let uri: Uri = text.trim().parse().map_err(|_| wrong())?;
    let scheme = uri.scheme().filter(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme)).ok_or_else(wrong)?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(wrong)?;
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.host().is_empty() {
        return Err(wrong());
    }
    let host = authority.host().to_ascii_lowercase();
    // Browsers omit the default port in the `Origin` header of forms.
    let default = if *scheme == Scheme::HTTP { 80 } else { 443 };
    match authority.port_u16().filter(|port| *port != default) {
        Some(port) => Ok(format!("{scheme}://{host}:{port}")),
        None if authority.port_u16().is_none() && authority.as_str() != authority.host() => Err(wrong()),
        None => Ok(format!("{scheme}://{host}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin_and_nothing_more() {
        assert_eq!(check_public_url("https://Mintkey.example.com/").unwrap(), "https://mintkey.example.com");
        assert_eq!(check_public_url("http://10.0.0.7:8080").unwrap(), "http://10.0.0.7:8080");
        assert_eq!(check_public_url("https://a:443").unwrap(), "https://a");
        assert_eq!(check_public_url("http://[2001:db8::7]:80").unwrap(), "http://[2001:db8::7]");
        assert_eq!(check_public_url("http://a:443").unwrap(), "http://a:443");
        for text in [
            "mintkey.example.com",
            "ftp://a",
            "https://a/b",
            "https://a?b",
            "https://u@a",
            "https://",
            "https://a:",
            "https://a:x",
        ] {
            assert!(check_public_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn listening_everywhere_demands_a_public_url() {
        let options = ServeOptions { listen: Some("0.0.0.0:80".to_owned()), ..ServeOptions::default() };
        assert!(matches!(ServeSettings::resolve(options), Err(Failure::Usage(line)) if line.contains("--public-url")));
    }

    #[test]
    fn metrics_are_off_unless_an_address_is_set_and_a_flag_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mintkey.toml");
        let resolved = |text: &str, flag: Option<&str>| {
            std::fs::write(&path, format!("database_url = \"sqlite:a.db\"\n{text}")).unwrap();
            let storage = StorageOptions { config: path.to_str().map(str::to_owned), ..StorageOptions::default() };
            let metrics_listen = flag.map(str::to_owned);
            ServeSettings::resolve(ServeOptions { storage, metrics_listen, ..ServeOptions::default() })
        };
        let address = |text, flag| resolved(text, flag).unwrap().metrics_listen.map(|address| address.to_string());
        let file = "metrics_listen = \"127.0.0.1:9090\"";
        assert_eq!(address("", None), None);
        assert_eq!(address(file, None).as_deref(), Some("127.0.0.1:9090"));
        assert_eq!(address(file, Some("[::1]:9091")).as_deref(), Some("[::1]:9091"));
        assert!(matches!(resolved("metrics_listen = true", None), Err(Failure::Usage(_))));
    }

    #[test]
    fn links_of_admin_lead_where_the_settings_file_says_unless_a_flag_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mintkey.toml");
        let led = |text: &str, flag: Option<&str>| {
            std::fs::write(&path, text).unwrap();
            let storage = StorageOptions { config: path.to_str().map(str::to_owned), ..StorageOptions::default() };
            admin_public_url(flag.map(str::to_owned), &storage)
        };
        let file = "public_url = \"https://Mintkey.example.com/\"\nlisten = \"0.0.0.0:9000\"";
        assert_eq!(led(file, None).unwrap(), "https://mintkey.example.com");
        assert_eq!(led(file, Some("http://10.0.0.7")).unwrap(), "http://10.0.0.7");
        assert_eq!(led("listen = \"127.0.0.1:9000\"", None).unwrap(), "http://127.0.0.1:9000");
        assert_eq!(led("tls_cert = \"a.pem\"", None).unwrap(), "https://127.0.0.1:8080");
        for text in ["", "listen = \"0.0.0.0:9000\""] {
            assert_eq!(led(text, None).unwrap(), "http://127.0.0.1:8080");
        }
        assert!(matches!(led("public_url = \"here\"", None), Err(Failure::Usage(_))));
    }

    #[test]
    fn trusted_proxies_are_addresses_and_networks_with_or_without_spaces() {
        let read = |text: &str| {
            networks(Some(text.to_owned())).map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let expected = ["10.0.0.0/8", "192.0.2.7/32", "203.0.113.0/24"];
        assert_eq!(read("10.0.0.0/8, 192.0.2.7,::ffff:203.0.113.0/120").unwrap(), expected);
        assert_eq!(read("  ").unwrap(), [""; 0]);
        for text in ["proxy", "10.0.0.1/8", "10.0.0.0/33"] {
            assert!(matches!(read(text), Err(Failure::Usage(line)) if line.contains("MINTKEY_TRUSTED_PROXIES")));
        }
        assert!(matches!(read("127.0.0.1/8"), Err(Failure::Usage(line)) if line.contains("host bits")));
    }

    #[test]
    fn postgres_is_refused_with_a_clear_line() {
        let options = StorageOptions { database_url: Some("postgres://db/mintkey".to_owned()), ..Default::default() };
        assert!(matches!(Storage::resolve(options), Err(Failure::Usage(line)) if line.contains("Postgres")));
    }
}
