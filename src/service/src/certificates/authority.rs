//! The certificate authority of an organization.

use std::time::Duration;

use mintkey_domain::{CertificateAuthorityId, DAY, OrganizationId, Timestamp};
use mintkey_store::CertificateAuthority;
use sha2::{Digest as _, Sha256};
use x509_cert::{
    Certificate, TbsCertificate,
    builder::{Builder, CertificateBuilder, profile::BuilderProfile},
    der::{DateTime, Encode, EncodePem, asn1::ObjectIdentifier, pem::LineEnding},
    ext::{
        Extension, Extensions, ToExtension,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
            SubjectKeyIdentifier, name::GeneralName,
        },
    },
    name::Name,
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};
use zeroize::Zeroizing;

use super::{
    brought::Brought,
    failed,
    key::{self, Signature, SigningKey},
};
use crate::{Environment, Error, MasterKey, Result};

/// The lifetime of an authority that is made here, in milliseconds.
const LIFETIME: i64 = 20 * 365 * DAY;
/// How long before now a certificate or list begins, in milliseconds, because the clocks of those who check it differ.
pub(super) const BACKDATED: i64 = 5 * mintkey_domain::MINUTE;
/// Extended key usage: client authentication (RFC 5280 section 4.2.1.12).
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");

/// An authority with its private key.
pub(crate) struct Authority {
    pub(crate) row: CertificateAuthority,
    /// Its own certificate and those above it. Never empty.
    pub(super) certificates: Vec<Certificate>,
    pub(super) key: SigningKey,
}

/// A new certificate that an authority signs.
pub(super) struct Leaf {
    pub(super) subject: Name,
    /// The URI that names its token.
    pub(super) uri: GeneralName,
    pub(super) public_key: SubjectPublicKeyInfoOwned,
    pub(super) serial: SerialNumber,
    pub(super) ends_at: Timestamp,
}

impl Authority {
    /// Makes an authority with a key of its own.
    pub(super) fn make(
        organization: OrganizationId,
        now: Timestamp,
        master: &MasterKey,
        environment: &Environment,
    ) -> Result<Self> {
        let id = CertificateAuthorityId::new(now, environment.random());
        let private = key::generate()?;
        let key = key::stored(&private)?;
        // Nothing about the organization: every client that connects is told the names of the authorities.
        let subject: Name = format!("CN=Mintkey CA {id}").parse().map_err(failed)?;
        let ends_at = now.saturating_add(LIFETIME);
        let public_key = key.public().0.clone();
        let serial = new_serial(environment)?;
        let certificate = sign(Profile::Authority { subject }, serial, validity(now, ends_at)?, public_key, &key)?;
        let row = CertificateAuthority {
            id,
            organization_id: organization,
            certificates: certificate.to_pem(LineEnding::LF).map_err(failed)?,
            brought: false,
            private_encrypted: master.seal(environment, id.uuid().as_bytes(), &private)?,
            expires_at: ends_at,
            created_at: now,
        };
        Ok(Self { row, certificates: vec![certificate], key })
    }

    /// The authority that an administrator brings.
    pub(super) fn brought(
        brought: Brought,
        id: CertificateAuthorityId,
        organization: OrganizationId,
        now: Timestamp,
        master: &MasterKey,
        environment: &Environment,
    ) -> Result<Self> {
        let Brought { certificates, private, expires_at } = brought;
        let row = CertificateAuthority {
            id,
            organization_id: organization,
            certificates: to_pem(&certificates)?,
            brought: true,
            private_encrypted: master.seal(environment, id.uuid().as_bytes(), &private)?,
            expires_at,
            created_at: now,
        };
        Ok(Self { row, certificates, key: key::stored(&private)? })
    }

    /// Decrypts a stored authority.
    ///
    /// # Errors
    /// If the master key doesn't decrypt it, or it can't be read.
    pub(crate) fn open(row: CertificateAuthority, master: &MasterKey) -> Result<Self> {
        let certificates = chain(&row)?;
        let private: Zeroizing<Vec<u8>> = master.open(row.id.uuid().as_bytes(), &row.private_encrypted)?;
        let key = key::stored(&private)?;
        Ok(Self { row, certificates, key })
    }

    /// Its own certificate.
    pub(super) fn certificate(&self) -> &Certificate {
        &self.certificates[0]
    }

    /// Its own name, in DER.
    pub(crate) fn subject(&self) -> Result<Vec<u8>> {
        self.certificate().tbs_certificate().subject().to_der().map_err(failed)
    }

    /// Whether another authority has its name and key, so that programs that check certificates can't tell them apart.
    pub(super) fn is_same(&self, other: &Certificate) -> bool {
        let (own, other) = (self.certificate().tbs_certificate(), other.tbs_certificate());
        own.subject() == other.subject() && own.subject_public_key_info() == other.subject_public_key_info()
    }

    /// Signs a client certificate.
    pub(super) fn sign(&self, leaf: Leaf, now: Timestamp) -> Result<Certificate> {
        let Leaf { subject, uri, public_key, serial, ends_at } = leaf;
        let issuer = self.certificate().tbs_certificate();
        let profile = Profile::Client { subject, issuer: issuer.subject().clone(), uri, authority: self.key_id()? };
        let validity = validity(now, ends_at)?;
        sign(profile, serial, validity, public_key, &self.key)
    }

    /// The identifier of the authority's key: as its own certificate says, or derived from the key.
    pub(super) fn key_id(&self) -> Result<SubjectKeyIdentifier> {
        let tbs = self.certificate().tbs_certificate();
        match tbs.get_extension::<SubjectKeyIdentifier>().map_err(failed)? {
            Some((_, id)) => Ok(id),
            None => key_id(tbs.subject_public_key_info()),
        }
    }
}

/// The authority's own certificate and those above it. Never empty.
pub(super) fn chain(row: &CertificateAuthority) -> Result<Vec<Certificate>> {
    let chain = Certificate::load_pem_chain(row.certificates.as_bytes()).unwrap_or_default();
    if chain.is_empty() {
        return Err(Error::Crypto("the certificate of a certificate authority is damaged"));
    }
    Ok(chain)
}

/// SHA-256 of a certificate in DER.
pub(super) fn fingerprint(certificate: &Certificate) -> Result<[u8; 32]> {
    Ok(Sha256::digest(certificate.to_der().map_err(failed)?).into())
}

/// The certificates in PEM, one after the other.
pub(super) fn to_pem(certificates: &[Certificate]) -> Result<String> {
    certificates.iter().map(|certificate| certificate.to_pem(LineEnding::LF).map_err(failed)).collect()
}

/// A random serial number of 16 bytes (RFC 5280 section 4.1.2.2).
pub(super) fn new_serial(environment: &Environment) -> Result<SerialNumber> {
    let mut bytes: [u8; 16] = environment.random();
    // Positive, and of the same length whatever the rest is.
    bytes[0] = bytes[0] & 0x3f | 0x40;
    SerialNumber::new(&bytes).map_err(failed)
}

/// A time of a certificate, in whole seconds.
pub(super) fn time(at: Timestamp) -> Result<Time> {
    let seconds = u64::try_from(at.seconds()).map_err(failed)?;
    Ok(DateTime::from_unix_duration(Duration::from_secs(seconds)).map_err(failed)?.into())
}

fn validity(now: Timestamp, ends_at: Timestamp) -> Result<Validity> {
    Ok(Validity::new(time(now.saturating_add(-BACKDATED))?, time(ends_at)?))
}

fn sign(
    profile: Profile,
    serial: SerialNumber,
    validity: Validity,
    public_key: SubjectPublicKeyInfoOwned,
    key: &SigningKey,
) -> Result<Certificate> {
    let builder = CertificateBuilder::new(profile, serial, validity, public_key).map_err(failed)?;
    builder.build::<_, Signature>(key).map_err(failed)
}

/// SHA-256 of the public key, truncated to 160 bits (RFC 7093 section 2, method 1).
fn key_id(public_key: &SubjectPublicKeyInfoOwned) -> Result<SubjectKeyIdentifier> {
    let digest = Sha256::digest(public_key.subject_public_key.raw_bytes());
    x509_cert::der::asn1::OctetString::new(&digest[..20]).map(SubjectKeyIdentifier).map_err(failed)
}

/// The names and extensions of a certificate (RFC 5280 section 4.2).
enum Profile {
    Authority { subject: Name },
    Client { subject: Name, issuer: Name, uri: GeneralName, authority: SubjectKeyIdentifier },
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, subject: &Name) -> Name {
        match self {
            Self::Authority { .. } => subject.clone(),
            Self::Client { issuer, .. } => issuer.clone(),
        }
    }

    fn get_subject(&self) -> Name {
        match self {
            Self::Authority { subject } | Self::Client { subject, .. } => subject.clone(),
        }
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let mut extensions = Extensions::new();
        let subject = tbs.subject();
        let mut add = |extension: &dyn Fn(&Extensions) -> x509_cert::der::Result<Extension>| {
            let extension = extension(&extensions)?;
            extensions.push(extension);
            Ok::<_, x509_cert::der::Error>(())
        };
        let own = key_id(tbs.subject_public_key_info()).map_err(|_| x509_cert::builder::Error::MissingAttributes)?;
        match self {
            Self::Authority { .. } => {
                let constraints = BasicConstraints { ca: true, path_len_constraint: Some(0) };
                add(&|all| constraints.to_extension(subject, all))?;
                add(&|all| KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign).to_extension(subject, all))?;
                add(&|all| own.to_extension(subject, all))?;
            }
            Self::Client { uri, authority, .. } => {
                let constraints = BasicConstraints { ca: false, path_len_constraint: None };
                add(&|all| constraints.to_extension(subject, all))?;
                add(&|all| KeyUsage(KeyUsages::DigitalSignature.into()).to_extension(subject, all))?;
                add(&|all| ExtendedKeyUsage(vec![CLIENT_AUTH]).to_extension(subject, all))?;
                add(&|all| SubjectAltName(vec![uri.clone()]).to_extension(subject, all))?;
                add(&|all| own.to_extension(subject, all))?;
                let issuer = AuthorityKeyIdentifier {
                    key_identifier: Some(authority.0.clone()),
                    ..AuthorityKeyIdentifier::default()
                };
                add(&|all| issuer.to_extension(subject, all))?;
            }
        }
        Ok(extensions)
    }
}
