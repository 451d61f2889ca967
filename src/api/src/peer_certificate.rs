//! The certificate of the client at the other end of a TLS connection.

use std::sync::Arc;

/// The certificate that the peer of this TLS connection proved to hold the key of: the end entity's, in DER. A request
/// has it as an extension if the peer presented one.
///
/// Nothing else about it was checked: neither who issued it, nor its dates.
#[derive(Debug, Clone)]
pub struct PeerCertificate(pub Arc<[u8]>);
