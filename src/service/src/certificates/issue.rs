//! Issuing a certificate: within the change that makes its token or rotates it, and what its holder gets afterwards.

use base64::{Engine, engine::general_purpose::STANDARD};
use mintkey_domain::{
    BundlePassword, CertificateSource, FieldCode, FieldErrors, Label, Pkcs12Format, SecretText, Timestamp, TokenId,
};
use mintkey_store::{IssuedCertificate, LockedRow, TokenCertificate};
use x509_cert::{Certificate, der::asn1::Ia5String, ext::pkix::name::GeneralName, name::Name};
use zeroize::Zeroizing;

use super::{
    authorities::added,
    authority::{Authority, Leaf, fingerprint, new_serial, to_pem},
    bundle, failed, key,
    presented::TOKEN_URI,
    signing_request,
};
use crate::{Result, change::Change, hex};

/// Which secret of which token a certificate is issued with.
pub(crate) struct IssuedFor<'t> {
    pub(crate) token: TokenId,
    pub(crate) label: &'t Label,
    pub(crate) generation: i64,
    /// The token's end.
    pub(crate) ends_at: Option<Timestamp>,
}

/// A certificate that was issued in a transaction, to be handed out once that has committed.
pub(crate) struct CertificateProof {
    pub(crate) stored: TokenCertificate,
    /// Leaf first.
    chain: Vec<Certificate>,
    /// `None` if its holder has the private key.
    bundle: Option<Bundle>,
}

struct Bundle {
    label: Label,
    private: Zeroizing<Vec<u8>>,
    password: BundlePassword,
    format: Pkcs12Format,
}

/// Issues a certificate by the organization's authority, which is made now if there is none.
///
/// # Errors
/// A validation problem at `csr`, and at `pkcs12` for a format that the organization doesn't allow.
pub(crate) async fn issue(
    change: &mut Change<'_>,
    subject: IssuedFor<'_>,
    source: CertificateSource,
) -> Result<CertificateProof> {
    let (private, public_key, wrapping) = match source {
        CertificateSource::SigningRequest(pem) => (None, signing_request::public_key(&pem)?, None),
        CertificateSource::Bundle { password, format } => {
            if format == Pkcs12Format::Compatible && !change.tenant().await?.row.allow_compatible_pkcs12 {
                let message = "The organization doesn't allow this format, whose encryption is weak.";
                return Err(FieldErrors::one("pkcs12", FieldCode::ExceedsMaximum, message).into());
            }
            let private = key::generate()?;
            let public_key = key::stored(&private)?.public().0.clone();
            (Some(private), public_key, Some((password, format)))
        }
    };
    let authority = authority(change).await?;
    let (now, environment) = (change.now, change.service.environment.clone());
    let ends_at = subject.ends_at.map_or(authority.row.expires_at, |end| end.min(authority.row.expires_at));
    let serial = new_serial(&environment)?;
    let name: Name = format!("CN={}", subject.token).parse().map_err(failed)?;
    let uri = Ia5String::new(&format!("{TOKEN_URI}{}", subject.token)).map_err(failed)?;
    let leaf = Leaf {
        subject: name,
        uri: GeneralName::UniformResourceIdentifier(uri),
        public_key,
        serial: serial.clone(),
        ends_at,
    };
    let certificate = authority.sign(leaf, now)?;
    let stored = TokenCertificate { fingerprint: fingerprint(&certificate)?, expires_at: whole_seconds(ends_at) };
    let issued = IssuedCertificate {
        authority_id: authority.row.id,
        serial: serial.as_bytes().to_vec(),
        organization_id: authority.row.organization_id,
        token_id: subject.token,
        generation: subject.generation,
        expires_at: stored.expires_at,
        created_at: now,
    };
    change.tx.insert_certificate(&issued).await?;
    let bundle = private.zip(wrapping).map(|(private, (password, format))| Bundle {
        label: subject.label.clone(),
        private,
        password,
        format,
    });
    let chain = std::iter::once(certificate).chain(authority.certificates).collect();
    Ok(CertificateProof { stored, chain, bundle })
}

impl CertificateProof {
    /// The fingerprint as it is shown: in lower-case hexadecimal.
    pub(crate) fn fingerprint(&self) -> String {
        hex::encode(&self.stored.fingerprint)
    }

    /// What its holder gets, in base64: the bundle, or the chain in PEM. Computes for a fifth of a second.
    pub(crate) fn data(&self) -> Result<SecretText> {
        let data = match &self.bundle {
            Some(Bundle { label, private, password, format }) => {
                Zeroizing::new(bundle::write(label, private, &self.chain, password, *format)?)
            }
            None => Zeroizing::new(to_pem(&self.chain)?.into_bytes()),
        };
        Ok(SecretText::new(STANDARD.encode(&*data)))
    }
}

/// The authority that issues, which is made now if there is none, or its own end has come.
async fn authority(change: &mut Change<'_>) -> Result<Authority> {
    let (organization, now) = (change.organization(), change.now);
    let service = change.service.clone();
    for try_again in [true, false] {
        let authorities = change.tx.certificate_authorities(organization).await?;
        if let Some(row) = authorities.into_iter().find(|row| row.expires_at > now) {
            return Authority::open(row, &service.signer.master);
        }
        if try_again {
            // Two first certificates at a time must not make two authorities.
            change.tx.lock_exclusive(LockedRow::Organization(organization)).await?;
        }
    }
    let authority = Authority::make(organization, now, &service.signer.master, &service.environment)?;
    change.tx.insert_certificate_authority(&authority.row).await?;
    added(change, &authority).await?;
    Ok(authority)
}

/// The end as a certificate says it.
fn whole_seconds(end: Timestamp) -> Timestamp {
    Timestamp::from_millis(end.millis() - end.millis().rem_euclid(mintkey_domain::SECOND))
}
