//! The authorities of an organization: listed, brought by an administrator, and published.

use std::sync::Arc;

use deserr::Deserr;
use mintkey_domain::{
    AuditAction, CertificateAuthorityId, ErrorCode, FieldCode, FieldErrors, OrganizationId, SecretText, Timestamp,
    request::{Input, RequestErrors},
    wire,
};
use mintkey_store::{CertificateAuthority, RevokedCertificate};
use tokio::sync::watch;
use utoipa::ToSchema;
use x509_cert::{Certificate, der::Encode};

use super::{
    authority::{Authority, chain, fingerprint},
    brought,
};
use crate::{
    Actor, Error, MasterKey, Result, Service,
    audit::Details,
    change::Change,
    hex,
    maintenance::{IDENTITIES, ON_LISTS_AFTER_END},
};

/// The most authorities of an organization. Each is named in every TLS handshake, and signs a revocation list.
const MAX_AUTHORITIES: usize = 20;

/// The names of the authorities of all organizations, each in DER.
pub(crate) type AuthorityNames = watch::Sender<Arc<[Vec<u8>]>>;

/// An authority that an administrator brings: an intermediate of the organization's own hierarchy.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct NewCertificateAuthority {
    /// Its certificate in PEM, and after it those above it, up to the root.
    #[schema(max_length = 65536)]
    pub certificates: String,
    /// Its private key in PEM, not encrypted: on P-256 or P-384, or for RSA.
    #[schema(value_type = String, max_length = 16384)]
    pub private_key: SecretText,
}

/// Lists of everything that an authority has revoked are public, and so are its certificates.
pub enum Published {
    /// The certificates of all authorities, in PEM.
    Certificates,
    /// The revocation lists of all authorities, in PEM.
    RevocationLists,
    /// The revocation list of the authority that issues, in DER.
    RevocationList,
}

impl Input for NewCertificateAuthority {
    const UNSTORED: &[&str] = &["private_key"];
}

impl Service {
    /// The organization's certificate authorities, the newest first: that one issues.
    pub async fn list_certificate_authorities(&self, actor: &Actor) -> Result<Vec<wire::CertificateAuthority>> {
        actor.require_for(AuditAction::CertificateAuthorityRead)?;
        let rows = self.store.certificate_authorities(actor.organization).await?;
        rows.into_iter().map(view).collect()
    }

    /// Adds an authority, which issues from now on; the one that issues already is returned. Certificates of the others stay valid.
    ///
    /// # Errors
    /// A validation problem at `certificates` or `private_key`.
    pub async fn bring_certificate_authority(
        &self,
        actor: &Actor,
        new: NewCertificateAuthority,
    ) -> Result<wire::CertificateAuthority> {
        let id = CertificateAuthorityId::new(self.environment.now(), self.environment.random());
        let act = self.change(actor, AuditAction::CertificateAuthorityCreate, id.uuid())?;
        let brought = brought::read(&new, self.environment.now())?;
        act.run(move |change| {
            Box::pin(async move {
                let organization = change.organization();
                let earlier = change.tx.certificate_authorities(organization).await?;
                if earlier.len() >= MAX_AUTHORITIES {
                    let message = "An organization has at most 20 certificate authorities.";
                    return Err(FieldErrors::one("certificates", FieldCode::TooLong, message).into());
                }
                let service = change.service.clone();
                let authority = Authority::brought(
                    brought,
                    id,
                    organization,
                    change.now,
                    &service.signer.master,
                    &service.environment,
                )?;
                // Sent twice, it is added once.
                let newest = earlier.into_iter().next();
                let is_newest = |row: &CertificateAuthority| {
                    own_certificate(row).is_ok_and(|certificate| certificate == *authority.certificate())
                };
                if let Some(row) = newest.filter(is_newest) {
                    let view = view(row)?;
                    return Ok(change.unchanged(view));
                }
                if authority.revocation_list(&[], &[], change.now).is_err() {
                    let message = "The first certificate has an extension that can't be read.";
                    return Err(FieldErrors::one("certificates", FieldCode::InvalidFormat, message).into());
                }
                for row in service.store.all_certificate_authorities().await? {
                    let is_elsewhere = row.organization_id != organization;
                    if is_elsewhere && own_certificate(&row).is_ok_and(|known| authority.is_same(&known)) {
                        // Each would sign lists without the certificates of the other.
                        let message = "Another organization has an authority with this name and key.";
                        return Err(FieldErrors::one("certificates", FieldCode::Taken, message).into());
                    }
                }
                change.tx.insert_certificate_authority(&authority.row).await?;
                added(change, &authority).await?;
                let view = view(authority.row.clone())?;
                Ok(change.unchanged(view))
            })
        })
        .await
    }

    /// What anybody may download of an organization's authorities. A request never makes one.
    ///
    /// # Errors
    /// `not_found` as long as the organization has none.
    pub async fn published(&self, organization: OrganizationId, what: Published) -> Result<Vec<u8>> {
        let rows = self.store.certificate_authorities(organization).await?;
        if rows.is_empty() {
            return Err(Error::refused(ErrorCode::NotFound, "This organization has no certificate authority yet."));
        }
        let now = self.environment.now();
        match what {
            Published::Certificates => {
                return Ok(rows.into_iter().map(|row| row.certificates).collect::<String>().into_bytes());
            }
            Published::RevocationLists | Published::RevocationList => {}
        }
        // One at a time: anybody may ask, and each answer is signed.
        let _turn = self.revocation_lists.lock().await;
        let ended_after = now.saturating_add(-ON_LISTS_AFTER_END);
        let revoked = self.store.revoked_certificates(organization, now, ended_after).await?;
        let master = self.signer.master.clone();
        let signed = tokio::task::spawn_blocking(move || sign_lists(rows, &revoked, &master, now)).await;
        let lists = signed.map_err(|_| Error::Worker("signing revocation lists"))??;
        Ok(match what {
            Published::RevocationList => lists.into_iter().next().unwrap_or_default(),
            _ => lists.iter().map(|der| super::revocation_list::to_pem(der)).collect::<Result<String>>()?.into_bytes(),
        })
    }

    /// The names of the authorities of all organizations, each in DER: what a server tells its clients in the TLS
    /// handshake (RFC 8446 section 4.2.4).
    pub fn authority_names(&self) -> watch::Receiver<Arc<[Vec<u8>]>> {
        self.authority_names.subscribe()
    }

    pub(crate) async fn load_authority_names(&self) -> Result<()> {
        let rows = self.store.all_certificate_authorities().await?;
        let mut names: Vec<Vec<u8>> = rows.iter().filter_map(|row| subject(row).ok()).collect();
        names.sort_unstable();
        names.dedup();
        self.authority_names.send_if_modified(|known| {
            let changed = **known != *names;
            if changed {
                *known = names.into();
            }
            changed
        });
        Ok(())
    }
}

/// The lists of authorities, the newest first. Those that have one name and key share a list: a program that checks a
/// certificate takes any list of its issuer.
fn sign_lists(
    rows: Vec<CertificateAuthority>,
    revoked: &[RevokedCertificate],
    master: &MasterKey,
    now: Timestamp,
) -> Result<Vec<Vec<u8>>> {
    let mut groups: Vec<(Authority, Vec<CertificateAuthorityId>)> = Vec::new();
    for row in rows {
        let authority = Authority::open(row, master)?;
        match groups.iter_mut().find(|(known, _)| known.is_same(authority.certificate())) {
            Some((_, same)) => same.push(authority.row.id),
            None => groups.push((authority, Vec::new())),
        }
    }
    groups.iter().map(|(authority, same)| authority.revocation_list(same, revoked, now)).collect()
}

/// Writes the event of a new authority, and makes it known to this process and others.
pub(super) async fn added(change: &mut Change<'_>, authority: &Authority) -> Result<()> {
    let (id, name) = (authority.row.id, authority.subject()?);
    let view = view(authority.row.clone())?;
    let details = Details::default()
        .set("fingerprint_sha256", view.fingerprint_sha256)
        .set("brought", view.brought)
        .set("expires_at", view.expires_at.to_string());
    change.log_event(AuditAction::CertificateAuthorityCreate, Some(id.uuid()), &view.subject, &details);
    change.notify_other_processes(IDENTITIES).await?;
    let service = change.service.clone();
    change.tx.after_commit(move || {
        service.authority_names.send_modify(|known| *known = known.iter().cloned().chain([name]).collect());
    });
    Ok(())
}

fn view(row: CertificateAuthority) -> Result<wire::CertificateAuthority> {
    let certificate = own_certificate(&row)?;
    Ok(wire::CertificateAuthority {
        id: row.id,
        subject: certificate.tbs_certificate().subject().to_string(),
        fingerprint_sha256: hex::encode(&fingerprint(&certificate)?),
        brought: row.brought,
        expires_at: row.expires_at,
        created_at: row.created_at,
        certificates: row.certificates,
    })
}

fn subject(row: &CertificateAuthority) -> Result<Vec<u8>> {
    own_certificate(row)?.tbs_certificate().subject().to_der().map_err(super::failed)
}

fn own_certificate(row: &CertificateAuthority) -> Result<Certificate> {
    Ok(chain(row)?.swap_remove(0))
}
