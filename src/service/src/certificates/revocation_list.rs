//! Certificate revocation lists (RFC 5280 section 5).

use mintkey_domain::{CertificateAuthorityId, DAY, Timestamp};
use mintkey_store::RevokedCertificate;
use signature::Signer as _;
use x509_cert::{
    Version,
    crl::{CertificateList, RevokedCert, TbsCertList},
    der::{
        Encode,
        asn1::Uint,
        pem::{self, LineEnding},
    },
    ext::{
        Extensions, ToExtension,
        pkix::{AuthorityKeyIdentifier, CrlNumber, CrlReason},
    },
    serial_number::SerialNumber,
    spki::{DynSignatureAlgorithmIdentifier as _, SignatureBitStringEncoding as _},
};

use super::{
    authority::{Authority, BACKDATED, time},
    failed,
    key::Signature,
};
use crate::Result;

/// How long a list may be used, in milliseconds. Some programs refuse every client once their copy is older.
const VALID_FOR: i64 = 7 * DAY;

impl Authority {
    /// The authority's signed list, in DER, with what it and `same`, which have its name and key, have revoked. Its number is
    /// the time in milliseconds.
    pub(crate) fn revocation_list(
        &self,
        same: &[CertificateAuthorityId],
        revoked: &[RevokedCertificate],
        now: Timestamp,
    ) -> Result<Vec<u8>> {
        let is_own = |id: CertificateAuthorityId| id == self.row.id || same.contains(&id);
        let own = revoked.iter().filter(|revoked| is_own(revoked.authority_id));
        let entries = own.map(|revoked| self.entry(revoked, now)).collect::<Result<Vec<_>>>()?;
        let subject = self.certificate().tbs_certificate().subject();
        let number = CrlNumber(Uint::new(&now.millis().to_be_bytes()).map_err(failed)?);
        // The crate's own builder names the key of the authority above this one.
        let key_id =
            AuthorityKeyIdentifier { key_identifier: Some(self.key_id()?.0), ..AuthorityKeyIdentifier::default() };
        let extensions = [number.to_extension(subject, &[]), key_id.to_extension(subject, &[])];
        let algorithm = self.key.signature_algorithm_identifier().map_err(failed)?;
        let list = TbsCertList {
            version: Version::V2,
            signature: algorithm.clone(),
            issuer: subject.clone(),
            this_update: time(now.saturating_add(-BACKDATED))?,
            next_update: Some(time(now.saturating_add(VALID_FOR))?),
            // A list without entries must leave the field out.
            revoked_certificates: (!entries.is_empty()).then_some(entries),
            crl_extensions: Some(extensions.into_iter().collect::<std::result::Result<_, _>>().map_err(failed)?),
        };
        let signature: Signature = self.key.try_sign(&list.to_der().map_err(failed)?).map_err(failed)?;
        let signature = signature.to_bitstring().map_err(failed)?;
        let list = CertificateList { tbs_cert_list: list, signature_algorithm: algorithm, signature };
        list.to_der().map_err(failed)
    }

    fn entry(&self, revoked: &RevokedCertificate, now: Timestamp) -> Result<RevokedCert> {
        let mut extensions = Extensions::new();
        if revoked.on_hold {
            let subject = self.certificate().tbs_certificate().subject();
            let reason = CrlReason::CertificateHold.to_extension(subject, &extensions).map_err(failed)?;
            extensions.push(reason);
        }
        Ok(RevokedCert {
            serial_number: SerialNumber::new(&revoked.serial).map_err(failed)?,
            revocation_date: time(revoked.since.unwrap_or(now))?,
            crl_entry_extensions: (!extensions.is_empty()).then_some(extensions),
        })
    }
}

/// A list in PEM (RFC 7468 section 6).
pub(super) fn to_pem(der: &[u8]) -> Result<String> {
    pem::encode_string("X509 CRL", LineEnding::LF, der).map_err(failed)
}
