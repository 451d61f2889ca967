//! Wire types of tokens.

use serde::{Deserialize, Serialize};

use super::{Owner, PrincipalName};
use crate::{
    BulkOutcome, ClusterId, ErrorCode, KubeconfigMethod, OrganizationId, SecretText, Timestamp, TokenId, TokenKind,
    TokenStatus,
};

/// A token as everybody who may see it sees it: without any secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// The token's id.
    pub id: TokenId,
    /// The client ID: the same as the id.
    pub client_id: TokenId,
    /// Display name.
    pub label: String,
    /// What it is for.
    pub description: Option<String>,
    /// Kind of credential.
    pub kind: TokenKind,
    /// Owner.
    pub owner: Owner,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Granted scopes.
    pub scopes: Vec<String>,
    /// The address ranges that it may be used from; empty for any.
    pub allowed_cidrs: Vec<String>,
    /// Status at the time of the response.
    pub status: TokenStatus,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who created it.
    pub created_by: PrincipalName,
    /// Expiry; null for never.
    pub expires_at: Option<Timestamp>,
    /// When it was invalidated.
    pub invalidated_at: Option<Timestamp>,
    /// When its secret was last replaced.
    pub rotated_at: Option<Timestamp>,
    /// End of the rotation overlap, until which the previous secret works too.
    pub previous_secret_expires_at: Option<Timestamp>,
    /// When it was last used: when a check of its key, of an assertion of its client or of one of its access tokens found
    /// it good. That is a request with it, an exchange for an access token, a `valid` answer of `/api/v1/verify` and an
    /// active one of introspection. A refusal is no use, nor is a valid credential that lacks the scopes that `verify`
    /// was asked about. Written within a minute.
    pub last_used_at: Option<Timestamp>,
    /// From where it was last used, as far as is known: a use that doesn't tell an address leaves the last one.
    pub last_used_ip: Option<String>,
    /// `mk_…` and the key's last four characters; of an imported key, what is known of it.
    pub key_hint: String,
    /// Its newest certificate; left out if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub certificate: Option<TokenCertificate>,
    /// Its kubeconfig; left out if it has none, or the cluster was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kubeconfig: Option<TokenKubeconfig>,
    /// The fields whose stored value can't be read; left out if all can. Such a token is refused. An unreadable range of
    /// `allowed_cidrs` alone only matches no address. Scopes and ranges can be replaced by an edit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs_attention: Vec<String>,
}

/// A certificate by which a token authenticates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenCertificate {
    /// SHA-256 of its DER form, in hexadecimal.
    pub fingerprint_sha256: String,
    /// Its own end. A later expiry of the token counts for the certificate that the next rotation makes.
    pub expires_at: Timestamp,
}

/// The kubeconfig of a token: its cluster, namespace and authentication method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenKubeconfig {
    /// The cluster.
    pub cluster_id: ClusterId,
    /// The namespace that `kubectl` uses by default.
    pub namespace: String,
    /// How `kubectl` authenticates.
    pub method: KubeconfigMethod,
}

impl Token {
    /// The certificate of its kubeconfig, which its cluster accepts until the certificate ends, whatever becomes of the token.
    pub fn outliving_certificate(&self) -> Option<&TokenCertificate> {
        let by_certificate = self.kubeconfig.as_ref()?.method == KubeconfigMethod::Certificate;
        self.certificate.as_ref().filter(|_| by_certificate)
    }

    /// Whether no other fields than these are unreadable.
    pub fn needs_attention_only_at(&self, fields: &[&str]) -> bool {
        self.needs_attention.iter().all(|field| fields.contains(&field.as_str()))
    }
}

/// A token with its new secrets. They are shown in this answer only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MintedToken))]
pub struct NewCredentials {
    /// The token.
    #[serde(flatten)]
    pub token: Token,
    /// Sent together with the client ID. Left out when an earlier answer is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "SecretText::show")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = false))]
    pub client_secret: Option<SecretText>,
    /// Client ID and client secret in one text. Left out when an earlier answer is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "SecretText::show")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = false))]
    pub api_key: Option<SecretText>,
    /// In base64. Of a `client_certificate`: a PKCS#12 bundle, or the certificate with its chain in PEM if the request had
    /// a `csr`. Of a `kubeconfig`: the file, in YAML. Left out when an earlier answer is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "SecretText::show")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = false))]
    pub data: Option<SecretText>,
    /// SHA-256 of the certificate, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub fingerprint_sha256: Option<String>,
    /// What happened to the token's client keys. Only in the answer to a rotation, and not when that is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub client_keys: Option<RotatedClientKeys>,
}

/// What a rotation did to the keys by which a token's client can prove itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatedClientKeys {
    /// How many still work.
    pub kept: usize,
    /// How many end with the older secrets.
    pub ended: usize,
}

impl NewCredentials {
    /// A token with a new secret.
    pub fn new(token: Token, client_secret: SecretText, api_key: SecretText) -> Self {
        let (client_secret, api_key) = (Some(client_secret), Some(api_key));
        Self { token, client_secret, api_key, data: None, fingerprint_sha256: None, client_keys: None }
    }

    /// The response to a repeated request: the earlier one, without its secrets.
    pub const fn replayed(token: Token) -> Self {
        Self { token, client_secret: None, api_key: None, data: None, fingerprint_sha256: None, client_keys: None }
    }

    /// Whether it repeats an earlier answer.
    pub const fn is_replayed(&self) -> bool {
        self.client_secret.is_none()
    }
}

/// The maximum number of tokens of one request about many.
pub const MAX_BULK: usize = 1000;

/// What became of each token of a request about many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    /// The tokens, in the order of the request or the list.
    pub data: Vec<BulkItem>,
    /// Whether more tokens match the filter than one request takes: send it again.
    pub more: bool,
}

/// What became of one token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkItem {
    /// The token's ID.
    pub id: TokenId,
    /// Its label; left out if there is no such token, or none that you have access to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub label: Option<String>,
    /// What became of it.
    pub outcome: BulkOutcome,
    /// Why it was refused, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub code: Option<ErrorCode>,
    /// Why it was refused, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub detail: Option<String>,
}

/// The number of tokens by status, and of those that expire soon.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCounts {
    /// All tokens.
    pub total: i64,
    /// Active tokens.
    pub active: i64,
    /// Expired tokens.
    pub expired: i64,
    /// Those that are invalidated.
    pub invalidated: i64,
    /// Active tokens that expire within 14 days.
    pub expiring: i64,
}

/// A secret of a token with its last use, to distinguish the two secrets of an overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretUse {
    /// Whether it is the newest secret.
    pub current: bool,
    /// When it expires; `None` if with the token.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// The IP address of the last use.
    pub last_used_ip: Option<String>,
    /// The user agent of the last use.
    pub last_used_agent: Option<String>,
}
