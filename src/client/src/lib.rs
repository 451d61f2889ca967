//! The Rust SDK of Mintkey's JSON API.
//!
//! A [`Client`] has a group of methods for each resource: [`Client::tokens`], [`Client::service_accounts`],
//! [`Client::scopes`], [`Client::members`], [`Client::certificate_authorities`], [`Client::clusters`], [`Client::audit`] and [`Client::oauth`]; and [`Client::me`],
//! [`Client::organization`], [`Client::verify`] and [`Client::login`] for single requests. Responses
//! are the types of [`wire`], which the server itself uses.
//!
//! ```no_run
//! use mintkey_client::{Client, Credential, Token};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("https://mintkey.example.com", Credential::text(std::env::var("MINTKEY_TOKEN")?))?;
//! let token = Token::new("hall-b-gateway").scope("plants.read").ttl("90d").register(&client).await?;
//! println!("{} works until {:?}", token.token.label, token.token.expires_at);
//! # Ok(())
//! # }
//! ```

mod audit;
mod certificates;
mod client;
mod clusters;
mod credential;
mod error;
pub mod guard;
mod kubeconfigs;
mod list;
mod members;
mod oauth;
mod organization;
mod raw;
mod scopes;
mod service_accounts;
mod tokens;
mod transport;
mod verify;

pub use audit::*;
pub use certificates::*;
pub use client::*;
pub use clusters::*;
pub use credential::*;
pub use error::*;
pub use kubeconfigs::*;
pub use list::*;
pub use members::*;
pub use mintkey_domain::{
    AuditEventId, AuditOutcome, BulkAction, BulkOutcome, CertificateAuthorityId, ClusterId, ErrorCode, FieldCode,
    KubeconfigMethod, MembershipStatus, OneTimeCodeId, OrganizationId, Pkcs12Format, PrincipalType, Role, ScopeId,
    SecretText, ServiceAccountId, ServiceAccountStatus, Timestamp, TokenId, TokenKind, TokenSort, TokenStatus, UserId,
    wire,
};
pub use oauth::*;
pub use organization::*;
pub use raw::*;
pub use scopes::*;
pub use service_accounts::*;
pub use tokens::*;
pub use verify::*;
