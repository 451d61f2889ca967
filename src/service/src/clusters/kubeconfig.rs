//! The file by which `kubectl` finds a cluster and authenticates there.

use base64::{Engine, engine::general_purpose::STANDARD};
use mintkey_domain::{ClusterId, Label, SecretText, TokenId};
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{Error, Result, certificates::CertificateFiles};

/// The version that every `kubectl` since 1.11 knows; `v1` needs 1.22.
const EXEC_API_VERSION: &str = "client.authentication.k8s.io/v1beta1";

/// A kubeconfig to write.
pub(crate) struct Kubeconfig<'c> {
    pub(crate) token: TokenId,
    pub(crate) label: &'c Label,
    pub(crate) cluster: &'c mintkey_store::Cluster,
    pub(crate) namespace: &'c str,
    pub(crate) user: AuthInfo,
}

/// How `kubectl` authenticates: `AuthInfo` of `client-go/tools/clientcmd/api/v1`.
pub(crate) enum AuthInfo {
    /// By access tokens that the command line fetches from this server.
    Exec { cluster: ClusterId, server: String },
    /// By an API key.
    Token(SecretText),
    /// By a certificate.
    Certificate(CertificateFiles),
}

impl Kubeconfig<'_> {
    /// The file: YAML, in base64.
    pub(crate) fn file(&self) -> Result<SecretText> {
        // kubectl takes the first of several entries of a name in merged files. A user or a cluster that another file replaced
        // would send the credential to that file's server, so these two have names that no other can have.
        let user = format!("mintkey-{}", self.token);
        let cluster = format!("{}-{}", self.cluster.name, self.cluster.id);
        let context = format!("{}@{}", self.label, self.cluster.name);
        let config = Config {
            api_version: "v1",
            kind: "Config",
            clusters: [Named {
                name: &cluster,
                content: Content::Cluster(Cluster {
                    server: &self.cluster.server,
                    certificate_authority_data: base64(&self.cluster.ca_pem),
                }),
            }],
            users: [Named { name: &user, content: Content::User(&self.user) }],
            contexts: [Named {
                name: &context,
                content: Content::Context(Context { cluster: &cluster, namespace: self.namespace, user: &user }),
            }],
            current_context: &context,
        };
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let yaml = serde_saphyr::to_string_with_options(&config, options);
        let yaml = Zeroizing::new(yaml.map_err(|_| Error::Worker("a kubeconfig can't be written"))?);
        Ok(SecretText::new(STANDARD.encode(yaml.as_bytes())))
    }
}

/// `Config` of the same package.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Config<'c> {
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    kind: &'static str,
    clusters: [Named<'c>; 1],
    users: [Named<'c>; 1],
    contexts: [Named<'c>; 1],
    current_context: &'c str,
}

#[derive(Serialize)]
struct Named<'c> {
    name: &'c str,
    #[serde(flatten)]
    content: Content<'c>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Content<'c> {
    Cluster(Cluster<'c>),
    User(&'c AuthInfo),
    Context(Context<'c>),
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster<'c> {
    server: &'c str,
    certificate_authority_data: String,
}

#[derive(Serialize)]
struct Context<'c> {
    cluster: &'c str,
    namespace: &'c str,
    user: &'c str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum User<'u> {
    Exec { exec: Exec },
    Token { token: &'u str },
    Certificate(UserCertificate),
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct UserCertificate {
    client_certificate_data: String,
    client_key_data: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Exec {
    api_version: &'static str,
    command: &'static str,
    args: [String; 4],
    interactive_mode: &'static str,
    provide_cluster_info: bool,
    install_hint: String,
}

impl Serialize for AuthInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let user = match self {
            Self::Exec { cluster, server } => User::Exec {
                exec: Exec {
                    api_version: EXEC_API_VERSION,
                    command: "mintkey",
                    args: ["credential", "kube", "--cluster", &cluster.to_string()].map(str::to_owned),
                    interactive_mode: "Never",
                    provide_cluster_info: false,
                    install_hint: format!("Install mintkey, then sign in with: mintkey login --url {server}"),
                },
            },
            Self::Token(key) => User::Token { token: key.expose() },
            Self::Certificate(CertificateFiles { chain, private_key, .. }) => User::Certificate(UserCertificate {
                client_certificate_data: base64(chain),
                client_key_data: base64(private_key),
            }),
        };
        user.serialize(serializer)
    }
}

fn base64(text: &str) -> String {
    STANDARD.encode(text)
}
