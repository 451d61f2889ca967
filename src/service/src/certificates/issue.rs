//! Issuing a certificate: within the change that makes its token or rotates it, and what its holder gets afterwards.

use base64::{Engine, engine::general_purpose::STANDARD};
use mintkey_domain::{
    BundlePassword, CertificateSource, FieldCode, FieldErrors, Label, Pkcs12Format, SecretText, Timestamp,
};
use mintkey_store::{IssuedCertificate, LockedRow, Token, TokenCertificate};
use x509_cert::{
    Certificate,
    attr::AttributeTypeAndValue,
    der::{
        Any, Decode as _, Encode as _, Tag,
        asn1::{Ia5String, ObjectIdentifier},
        pem::{self, LineEnding},
    },
    ext::pkix::name::GeneralName,
    name::{Name, RdnSequence, RelativeDistinguishedName},
    spki::SubjectPublicKeyInfoOwned,
};
use zeroize::Zeroizing;

use super::{
    authorities::added,
    authority::{Authority, Leaf, fingerprint, new_serial, to_pem},
    bundle, failed, key,
    presented::TOKEN_URI,
    signing_request,
};
use crate::{Result, change::Change};

/// Attribute types of names (RFC 5280 appendix A.1).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// What a certificate is issued for.
struct IssuedFor<'t> {
    token: &'t Token,
    /// The generation of the secret that it belongs to.
    generation: i64,
    name: Name,
    /// The groups in its name.
    cluster_groups: &'t [String],
}

/// A certificate that was issued in a transaction.
struct Issued {
    stored: TokenCertificate,
    /// Leaf first.
    chain: Vec<Certificate>,
}

/// A certificate for its holder, to be handed out once the transaction has committed.
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

/// A certificate with its private key, both in PEM.
pub(crate) struct CertificateFiles {
    pub(crate) stored: TokenCertificate,
    /// Leaf first.
    pub(crate) chain: String,
    pub(crate) private_key: Zeroizing<String>,
}

/// Issues a certificate by the organization's authority, which is made now if there is none.
///
/// # Errors
/// A validation problem at `csr`, and at `pkcs12` for a format that the organization doesn't allow.
pub(crate) async fn issue(
    change: &mut Change<'_>,
    token: &Token,
    generation: i64,
    source: CertificateSource,
) -> Result<CertificateProof> {
    let (public_key, bundle) = match source {
        CertificateSource::SigningRequest(pem) => (signing_request::public_key(&pem)?, None),
        CertificateSource::Bundle { password, format } => {
            if format == Pkcs12Format::Compatible && !change.tenant().await?.row.allow_compatible_pkcs12 {
                let message = "The organization doesn't allow this format, whose encryption is weak.";
                return Err(FieldErrors::one("pkcs12", FieldCode::ExceedsMaximum, message).into());
            }
            let (private, public_key) = new_key()?;
            (public_key, Some(Bundle { label: token.label.clone(), private, password, format }))
        }
    };
    let name = format!("CN={}", token.id).parse().map_err(failed)?;
    let Issued { stored, chain } =
        certify(change, IssuedFor { token, generation, name, cluster_groups: &[] }, public_key).await?;
    Ok(CertificateProof { stored, chain, bundle })
}

/// Issues a certificate for a user of a Kubernetes cluster, who is a member of these groups there.
pub(crate) async fn issue_for_cluster(
    change: &mut Change<'_>,
    token: &Token,
    generation: i64,
    user: &str,
    groups: &[String],
) -> Result<CertificateFiles> {
    let (private, public_key) = new_key()?;
    let name = cluster_user(user, groups)?;
    let Issued { stored, chain } =
        certify(change, IssuedFor { token, generation, name, cluster_groups: groups }, public_key).await?;
    let private = pem::encode_string("PRIVATE KEY", LineEnding::LF, &private).map_err(failed)?;
    Ok(CertificateFiles { stored, chain: to_pem(&chain)?, private_key: Zeroizing::new(private) })
}

/// Signs a certificate for this public key, and remembers that it was issued.
async fn certify(
    change: &mut Change<'_>,
    IssuedFor { token, generation, name, cluster_groups }: IssuedFor<'_>,
    public_key: SubjectPublicKeyInfoOwned,
) -> Result<Issued> {
    let authority = authority(change).await?;
    let now = change.now;
    let ends_at = token.expires_at.map_or(authority.row.expires_at, |end| end.min(authority.row.expires_at));
    let serial = new_serial(&change.service.environment)?;
    let uri = Ia5String::new(&format!("{TOKEN_URI}{}", token.id)).map_err(failed)?;
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
        token_id: token.id,
        generation,
        expires_at: stored.expires_at,
        cluster_groups: cluster_groups.to_vec(),
        created_at: now,
    };
    change.tx.insert_certificate(&issued).await?;
    Ok(Issued { stored, chain: std::iter::once(certificate).chain(authority.certificates).collect() })
}

/// A new private key, in PKCS#8, and its public key.
fn new_key() -> Result<(Zeroizing<Vec<u8>>, SubjectPublicKeyInfoOwned)> {
    let private = key::generate()?;
    let public_key = key::stored(&private)?.public().0.clone();
    Ok((private, public_key))
}

/// The name by which Kubernetes knows a user and their groups: the common name, and any number of organizations.
fn cluster_user(user: &str, groups: &[String]) -> Result<Name> {
    let mut names = RdnSequence::default();
    let groups = groups.iter().map(|group| (ORGANIZATION, group.as_str()));
    for (oid, text) in groups.chain([(COMMON_NAME, user)]) {
        let value = Any::new(Tag::Utf8String, text.as_bytes()).map_err(failed)?;
        let name = RelativeDistinguishedName::try_from(vec![AttributeTypeAndValue { oid, value }]);
        names.push(name.map_err(failed)?);
    }
    // The library makes a name of text, for which these would have to be escaped, or of DER.
    Name::from_der(&names.to_der().map_err(failed)?).map_err(failed)
}

impl CertificateProof {
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
