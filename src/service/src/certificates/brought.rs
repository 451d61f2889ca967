//! An authority that an administrator brings: what it must be, so that others accept what it issues.

use mintkey_domain::{FieldCode, FieldErrors, Timestamp};
use x509_cert::{
    Certificate,
    der::{Encode, pem},
    ext::pkix::{BasicConstraints, KeyUsage},
};
use zeroize::Zeroizing;

use super::{
    authorities::NewCertificateAuthority,
    key::{PublicKey, SigningKey},
};

/// The most certificates of a chain.
const MAX_CHAIN: usize = 5;
const MAX_CERTIFICATES: usize = 64 * 1024;
const MAX_KEY: usize = 16 * 1024;
/// The longest name of an authority, in bytes. Each TLS handshake lists the names of all authorities.
const MAX_NAME: usize = 1024;
/// The largest public key, in bytes: RSA with 4096 bits.
const MAX_PUBLIC_KEY: usize = 540;

/// A checked authority.
pub(super) struct Brought {
    pub(super) certificates: Vec<Certificate>,
    /// In DER.
    pub(super) private: Zeroizing<Vec<u8>>,
    pub(super) expires_at: Timestamp,
}

/// Reads and checks an authority. Returns all mistakes by field.
pub(super) fn read(new: &NewCertificateAuthority, now: Timestamp) -> Result<Brought, FieldErrors> {
    let mut errors = FieldErrors::new();
    let certificates = chain(&new.certificates).and_then(|chain| check_chain(chain, now));
    let certificates = certificates.map_err(|message| errors.push("certificates", FieldCode::InvalidFormat, message));
    let key = private_key(new.private_key.expose());
    if key.is_none() {
        let message =
            "Expected an unencrypted private key in PEM: on P-256 or P-384, or for RSA with 2048 bits or more.";
        errors.push("private_key", FieldCode::InvalidFormat, message);
    }
    let read = certificates.ok().zip(key);
    if let Some(((certificates, _), (_, key))) = &read
        && certificates[0].tbs_certificate().subject_public_key_info() != &key.public().0
    {
        errors.push("private_key", FieldCode::Mismatch, "This isn't the key of the first certificate.");
    }
    let ((certificates, expires_at), (private, _)) = errors.finish(read)?;
    Ok(Brought { certificates, private, expires_at })
}

fn chain(pem: &str) -> Result<Vec<Certificate>, &'static str> {
    let form = "Expected certificates in PEM: the authority's own first, then those above it.";
    if pem.len() > MAX_CERTIFICATES {
        return Err("Use at most 64 KiB.");
    }
    let chain = Certificate::load_pem_chain(pem.trim().as_bytes()).map_err(|_| form)?;
    if chain.is_empty() || chain.len() > MAX_CHAIN { Err(form) } else { Ok(chain) }
}

/// The chain, and its earliest end.
fn check_chain(chain: Vec<Certificate>, now: Timestamp) -> Result<(Vec<Certificate>, Timestamp), &'static str> {
    let mut earliest = Timestamp::MAX;
    for (certificate, issuer) in chain.iter().zip(chain.iter().skip(1).map(Some).chain([None])) {
        let tbs = certificate.tbs_certificate();
        if !may_issue(certificate) {
            return Err("Expected certificates of authorities, which may sign certificates and revocation lists.");
        }
        let [begins, ends] = [tbs.validity().not_before, tbs.validity().not_after].map(|time| {
            i64::try_from(time.to_unix_duration().as_millis()).map_or(Timestamp::MAX, Timestamp::from_millis)
        });
        if begins > now || ends <= now {
            return Err("One of the certificates isn't valid now.");
        }
        earliest = earliest.min(ends);
        let name = tbs.subject().to_der().unwrap_or_default().len();
        if tbs.subject().is_empty() || name > MAX_NAME {
            return Err("Expected authorities with a name, of 1 KiB at most.");
        }
        if tbs.subject_public_key_info().subject_public_key.raw_bytes().len() > MAX_PUBLIC_KEY {
            return Err("Expected keys on P-256 or P-384, or for RSA with 2048 to 4096 bits.");
        }
        let issuer = issuer.or_else(|| (tbs.issuer() == tbs.subject()).then_some(certificate));
        if issuer.is_some_and(|issuer| !signed_by(certificate, issuer)) {
            return Err("Each certificate must be signed by the one after it.");
        }
    }
    Ok((chain, earliest))
}

/// Whether a certificate is that of an authority (RFC 5280 sections 4.2.1.3 and 4.2.1.9).
fn may_issue(certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    let is_authority = matches!(tbs.get_extension::<BasicConstraints>(), Ok(Some((_, constraints))) if constraints.ca);
    let usage = match tbs.get_extension::<KeyUsage>() {
        Ok(Some((_, usage))) => usage.key_cert_sign() && usage.crl_sign(),
        Ok(None) => true,
        Err(_) => false,
    };
    is_authority && usage
}

fn signed_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    let (tbs, above) = (certificate.tbs_certificate(), issuer.tbs_certificate());
    let key = PublicKey(above.subject_public_key_info().clone());
    let message = tbs.to_der().unwrap_or_default();
    tbs.issuer() == above.subject()
        && key.verify(certificate.signature_algorithm().oid, &message, certificate.signature()).is_some()
}

/// A private key in any of the three forms, with its DER.
fn private_key(text: &str) -> Option<(Zeroizing<Vec<u8>>, SigningKey)> {
    if text.len() > MAX_KEY {
        return None;
    }
    let block = &text[text.find("-----BEGIN ")?..];
    // `openssl ecparam -genkey` writes the curve before the key.
    let block = match block.strip_prefix("-----BEGIN EC PARAMETERS-----") {
        Some(rest) => &rest[rest.find("-----BEGIN ")?..],
        None => block,
    };
    let (label, der) = pem::decode_vec(block.trim().as_bytes()).ok()?;
    let der = Zeroizing::new(der);
    if !matches!(label, "PRIVATE KEY" | "EC PRIVATE KEY" | "RSA PRIVATE KEY") {
        return None;
    }
    let key = SigningKey::from_der(&der)?;
    Some((der, key))
}
