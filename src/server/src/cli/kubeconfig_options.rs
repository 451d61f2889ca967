//! The kubeconfig of a new token: what it is for, and where it goes.

use std::path::PathBuf;

use clap::Args;
use mintkey_client::{Client, KubeconfigMethod, KubeconfigRequest};

use super::{cluster, credential_file::CredentialFile, global::GlobalOptions, values};
use crate::Failure;

/// The option for the file.
const FILE: &str = "--kubeconfig";

/// Options for a token of the kind `kubeconfig`.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Kubeconfigs")]
pub(crate) struct KubeconfigOptions {
    /// The cluster: its name or ID
    #[arg(long, value_name = "CLUSTER")]
    cluster: Option<String>,
    /// The namespace of commands that name none [default: that of the cluster]
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    /// How `kubectl` authenticates: `exec`, by access tokens that this program fetches; `token`, by the API key in the file;
    /// `certificate`, by a certificate in the file, which the cluster can't revoke [default: exec]
    #[arg(long, value_name = "METHOD", value_parser = values::one_of::<KubeconfigMethod>(KubeconfigMethod::NAMES.iter().copied()))]
    method: Option<KubeconfigMethod>,
    #[command(flatten)]
    file: KubeconfigFile,
}

/// The option for the file, which a rotation has too.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Kubeconfigs")]
pub(crate) struct KubeconfigFile {
    /// The new file for the kubeconfig
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
}

impl KubeconfigOptions {
    /// Whether any of them was given.
    pub(crate) fn is_used(&self) -> bool {
        self.cluster.is_some() || self.namespace.is_some() || self.method.is_some() || self.file.is_used()
    }

    /// Finds the cluster.
    pub(crate) async fn request(&self, client: &Client) -> Result<KubeconfigRequest, Failure> {
        let Some(cluster) = &self.cluster else {
            return Err(Failure::Usage("a kubeconfig is for a cluster: add --cluster CLUSTER".to_owned()));
        };
        let mut request = KubeconfigRequest::new(cluster::find_id(client, cluster).await?);
        if let Some(namespace) = &self.namespace {
            request = request.namespace(namespace);
        }
        if let Some(method) = self.method {
            request = request.method(method);
        }
        Ok(request)
    }

    /// Creates the file.
    pub(crate) fn open(&self, options: &GlobalOptions) -> Result<CredentialFile, Failure> {
        self.file.open(options)
    }
}

impl KubeconfigFile {
    /// Whether it was given.
    pub(crate) fn is_used(&self) -> bool {
        self.kubeconfig.is_some()
    }

    /// Creates the file.
    pub(crate) fn open(&self, options: &GlobalOptions) -> Result<CredentialFile, Failure> {
        CredentialFile::open(self.kubeconfig.as_deref(), FILE, "kubeconfig", options)
    }
}
