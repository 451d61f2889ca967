//! PKCS#12 bundles (RFC 7292): a private key with its certificate and the authority's.

use mintkey_domain::{BundlePassword, Label, Pkcs12Format};
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey, PrivateKeyChain,
};

use x509_cert::der::Encode;

use super::failed;
use crate::Result;

/// The rounds of PBKDF2 that derive the key from the password.
const MODERN_ROUNDS: u32 = 600_000;
/// The rounds of the older derivation. Programs that open nothing newer are slow or refuse more.
const COMPATIBLE_ROUNDS: u32 = 10_000;

/// Writes a bundle. Takes a fifth of a second, so call it where that delays nobody else.
///
/// The certificate and the key are encrypted alike, because several programs open nothing else.
pub(super) fn write(
    label: &Label,
    private: &[u8],
    chain: &[x509_cert::Certificate],
    password: &BundlePassword,
    format: Pkcs12Format,
) -> Result<Vec<u8>> {
    let key = PrivateKey::from_der(private).map_err(failed)?;
    let certificates = chain.iter().map(|certificate| {
        let der = certificate.to_der().map_err(failed)?;
        Certificate::from_der(&der).map_err(failed)
    });
    let certificates = certificates.collect::<Result<Vec<_>>>()?;
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new([1].as_slice(), key, certificates);
    store.add_entry(&friendly_name(label), KeyStoreEntry::PrivateKeyChain(chain));
    let (encryption, mac, rounds) = match format {
        Pkcs12Format::Modern => {
            (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256, MODERN_ROUNDS)
        }
        Pkcs12Format::Compatible => {
            (EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1, COMPATIBLE_ROUNDS)
        }
    };
    store
        .writer(password.expose())
        .encryption_algorithm(encryption)
        .encryption_iterations(rounds)
        .mac_algorithm(mac)
        .mac_iterations(rounds)
        .write()
        .map_err(failed)
}

/// The name that programs list the key under. Only ASCII is shown alike by all of them.
fn friendly_name(label: &Label) -> String {
    label.as_str().chars().map(|c| if (' '..='~').contains(&c) { c } else { '_' }).collect()
}
