//! Certificate signing requests (RFC 2986).

use mintkey_domain::{EXPECTED_SIGNING_REQUEST, FieldCode, FieldErrors};
use x509_cert::{
    der::{DecodePem, Encode},
    request::CertReq,
    spki::SubjectPublicKeyInfoOwned,
};

use super::key::PublicKey;

const FIELD: &str = "csr";

/// The public key of a signing request in PEM, whose signature proves that the requester has the private key. Nothing else
/// of the request counts: neither its subject nor the names and extensions that it asks for.
pub(super) fn public_key(pem: &str) -> Result<SubjectPublicKeyInfoOwned, FieldErrors> {
    let request = request_block(pem).and_then(|block| CertReq::from_pem(block).ok());
    let Some(request) = request else {
        return Err(FieldErrors::one(FIELD, FieldCode::InvalidFormat, EXPECTED_SIGNING_REQUEST));
    };
    let key = PublicKey(request.info.public_key.clone());
    let verified =
        request.info.to_der().ok().and_then(|info| key.verify(request.algorithm.oid, &info, &request.signature));
    if verified.is_none() {
        let message = "Expected a request that is signed by its own key, which is on P-256 or P-384, for RSA with 2048 to \
            8192 bits, or for Ed25519.";
        return Err(FieldErrors::one(FIELD, FieldCode::InvalidFormat, message));
    }
    Ok(key.0)
}

/// The PEM block in a text that may have other lines around it.
fn request_block(text: &str) -> Option<String> {
    const END: &str = "-----END CERTIFICATE REQUEST-----";
    // The older label, which some programs still write.
    let text = text.replace(" NEW CERTIFICATE REQUEST-----", " CERTIFICATE REQUEST-----");
    let block = &text[text.find("-----BEGIN CERTIFICATE REQUEST-----")?..];
    let end = block.find(END)? + END.len();
    Some(format!("{}\n", &block[..end]))
}
