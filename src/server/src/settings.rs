//! From flags, variables and the settings file to checked settings. A flag beats a variable beats the file.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use http::{HeaderName, Uri};
use ipnet::IpNet;
use mintkey_service::Limits;
use serde::Deserialize;

use crate::{
    Failure,
    command_line::{LogFormat, ServeOptions, StorageOptions},
};

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The settings file: the same names as the flags, with underscores.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct SettingsFile {
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    database_url: Option<String>,
    master_key_file: Option<PathBuf>,
    log_format: Option<FileLogFormat>,
    log_filter: Option<String>,
    trusted_proxies: Option<Vec<IpNet>>,
    client_ip_header: Option<String>,
    metrics_listen: Option<SocketAddr>,
    sign_in_failures: Option<u32>,
    sign_in_failures_per_address: Option<u32>,
    key_failures_per_address: Option<u32>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum FileLogFormat {
    Pretty,
    Json,
}

/// Where the data is.
#[derive(Debug)]
pub(crate) struct Storage {
    pub(crate) database_url: String,
    /// The SQLite file.
    pub(crate) database_file: PathBuf,
    pub(crate) master_key_file: PathBuf,
}

/// All that `mintkey serve` needs.
#[derive(Debug)]
pub(crate) struct ServeSettings {
    pub(crate) listen: SocketAddr,
    /// `None`: `http://` and the address that is listened on.
    pub(crate) public_url: Option<String>,
    pub(crate) storage: Storage,
    pub(crate) log_format: Option<LogFormat>,
    pub(crate) log_filter: String,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) client_ip_header: HeaderName,
    /// `None`: measures are not served.
    pub(crate) metrics_listen: Option<SocketAddr>,
    pub(crate) limits: Limits,
}

impl ServeSettings {
    pub(crate) fn resolve(options: ServeOptions) -> Result<Self, Failure> {
        let file = SettingsFile::load(options.storage.config.as_deref())?;
        let listen = options.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN);
        let public_url =
            options.public_url.or(file.public_url.clone()).map(|url| check_public_url(&url)).transpose()?;
        if public_url.is_none() && listen.ip().is_unspecified() {
            return Err(Failure::Usage(format!(
                "--public-url (MINTKEY_PUBLIC_URL) is needed when listening on {listen}: the address that people use, for example https://mintkey.example.com"
            )));
        }
        let header = options.client_ip_header.or(file.client_ip_header.clone());
        let header = header.unwrap_or_else(|| "x-forwarded-for".to_owned());
        let client_ip_header = HeaderName::try_from(header.as_str()).map_err(|_| {
            Failure::Usage("--client-ip-header (MINTKEY_CLIENT_IP_HEADER): expected the name of a header".to_owned())
        })?;
        let defaults = Limits::default();
        let limits = Limits {
            sign_in_per_account_and_address: options
                .sign_in_failures
                .or(file.sign_in_failures)
                .unwrap_or(defaults.sign_in_per_account_and_address),
            sign_in_per_address: options
                .sign_in_failures_per_address
                .or(file.sign_in_failures_per_address)
                .unwrap_or(defaults.sign_in_per_address),
            keys_per_address: options
                .key_failures_per_address
                .or(file.key_failures_per_address)
                .unwrap_or(defaults.keys_per_address),
        };
        let file_format = file.log_format.map(|format| match format {
            FileLogFormat::Pretty => LogFormat::Pretty,
            FileLogFormat::Json => LogFormat::Json,
        });
        Ok(Self {
            listen,
            public_url,
            log_format: options.log_format.or(file_format),
            log_filter: options.log_filter.or(file.log_filter.clone()).unwrap_or_else(|| "info".to_owned()),
            trusted_proxies: options.trusted_proxies.or(file.trusted_proxies.clone()).unwrap_or_default(),
            client_ip_header,
            metrics_listen: options.metrics_listen.or(file.metrics_listen),
            limits,
            storage: Storage::from(options.storage, &file)?,
        })
    }
}

impl Storage {
    pub(crate) fn resolve(options: StorageOptions) -> Result<Self, Failure> {
        let file = SettingsFile::load(options.config.as_deref())?;
        Self::from(options, &file)
    }

    fn from(options: StorageOptions, file: &SettingsFile) -> Result<Self, Failure> {
        let url = match options.database_url.or(file.database_url.clone()) {
            Some(url) => url,
            None => default_database_url()?,
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Err(Failure::Usage(
                "--database-url (MINTKEY_DATABASE_URL): Postgres is not supported yet; use sqlite:PATH".to_owned(),
            ));
        }
        let path = url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        let Some(path) = path.filter(|path| !path.is_empty() && !path.contains('?') && !path.starts_with(':')) else {
            return Err(Failure::Usage(
                "--database-url (MINTKEY_DATABASE_URL): expected sqlite:PATH, for example sqlite:/var/lib/mintkey/mintkey.db"
                    .to_owned(),
            ));
        };
        let database_file = PathBuf::from(path);
        let master_key_file = options
            .master_key_file
            .or(file.master_key_file.clone())
            .unwrap_or_else(|| database_file.with_extension("key"));
        Ok(Self { database_url: format!("sqlite:{path}"), database_file, master_key_file })
    }
}

impl SettingsFile {
    /// The named file, which must exist; or the one in the config folder, if it exists.
    fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => match dirs::config_dir().map(|folder| folder.join("mintkey").join("mintkey.toml")) {
                Some(path) if path.exists() => path,
                _ => return Ok(Self::default()),
            },
        };
        let text =
            std::fs::read_to_string(&path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        toml::from_str(&text).map_err(|error| {
            // The first line says what is wrong; the rest would repeat the file's text.
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            Failure::Usage(format!("{}: {message}", path.display()))
        })
    }
}

fn default_database_url() -> Result<String, Failure> {
    let folder = dirs::data_dir().ok_or_else(|| {
        Failure::Usage("there is no data folder (HOME is not set): say --database-url sqlite:PATH".to_owned())
    })?;
    let path = folder.join("mintkey").join("mintkey.db");
    path.to_str()
        .map(|path| format!("sqlite:{path}"))
        .ok_or_else(|| Failure::Usage("the data folder's name is not UTF-8: say --database-url sqlite:PATH".to_owned()))
}

/// An origin: http or https, a host, perhaps a port; nothing else.
fn check_public_url(text: &str) -> Result<String, Failure> {
    let wrong = || {
        Failure::Usage(
            "--public-url (MINTKEY_PUBLIC_URL): expected http:// or https:// and a host, without a path, for example https://mintkey.example.com"
                .to_owned(),
        )
    };
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(wrong)?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(wrong)?;
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.host().is_empty() {
        return Err(wrong());
    }
    Ok(format!("{scheme}://{}", authority.as_str().to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin_and_nothing_more() {
        assert_eq!(check_public_url("https://Mintkey.example.com/").unwrap(), "https://mintkey.example.com");
        assert_eq!(check_public_url("http://10.0.0.7:8080").unwrap(), "http://10.0.0.7:8080");
        for text in ["mintkey.example.com", "ftp://a", "https://a/b", "https://a?b", "https://u@a", "https://"] {
            assert!(check_public_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn listening_everywhere_demands_a_public_url() {
        let options = ServeOptions { listen: "0.0.0.0:80".parse().ok(), ..ServeOptions::default() };
        assert!(matches!(ServeSettings::resolve(options), Err(Failure::Usage(line)) if line.contains("--public-url")));
    }

    #[test]
    fn measures_are_off_unless_an_address_is_said_and_a_flag_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mintkey.toml");
        let resolved = |text: &str, flag: Option<&str>| {
            std::fs::write(&path, format!("database_url = \"sqlite:a.db\"\n{text}")).unwrap();
            let storage = StorageOptions { config: Some(path.clone()), ..StorageOptions::default() };
            let metrics_listen = flag.map(|address| address.parse().unwrap());
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
    fn postgres_is_refused_with_a_clear_line() {
        let options = StorageOptions { database_url: Some("postgres://db/mintkey".to_owned()), ..Default::default() };
        assert!(matches!(Storage::resolve(options), Err(Failure::Usage(line)) if line.contains("Postgres")));
    }
}
