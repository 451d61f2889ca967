//! What clients are asked for, and what they present.

use std::{path::Path, process::Command};

use rustls::{
    ClientConfig, DistinguishedName, SignatureScheme,
    client::{
        ResolvesClientCert,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
    server::danger::ClientCertVerifier as _,
    version::{TLS12, TLS13},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsConnector;

use super::*;

/// A self-signed certificate and its key, in files.
struct Identity {
    folder: TempDir,
}

impl Identity {
    fn new() -> Self {
        Self::with_subject("/CN=localhost")
    }

    fn with_subject(subject: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let arguments = ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj"];
        let files = [subject, "-keyout", "key.pem", "-out", "cert.pem"];
        let made = Command::new("openssl").args(arguments).args(files).current_dir(folder.path()).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        Self { folder }
    }

    fn files(&self) -> TlsFiles {
        let file = |name: &str| self.folder.path().join(name);
        TlsFiles { certificate: file("cert.pem"), key: file("key.pem") }
    }

    fn certificate(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.files().certificate).unwrap()
    }

    /// The certificate with a key that need not be its own.
    fn with_key_of(&self, other: &Self) -> Arc<CertifiedKey> {
        let key = PrivateKeyDer::from_pem_file(other.files().key).unwrap();
        let key = aws_lc_rs::default_provider().key_provider.load_private_key(key).unwrap();
        Arc::new(CertifiedKey::new(vec![self.certificate()], key))
    }
}

/// A client that trusts any server and presents this certificate. It keeps what it was asked for.
#[derive(Debug)]
struct Client {
    presents: Option<Arc<CertifiedKey>>,
    asked: Mutex<Option<Vec<Vec<u8>>>>,
}

impl ResolvesClientCert for Client {
    fn resolve(&self, hints: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        *self.asked.lock().unwrap() = Some(hints.iter().map(|hint| hint.to_vec()).collect());
        self.presents.clone()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl ServerCertVerifier for Client {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// What a connection came to: what the client was asked for, and what the server knows about it.
struct Met {
    asked: Option<Vec<Vec<u8>>>,
    certificate: Option<Vec<u8>>,
}

/// Connects with each version of TLS, and expects the same of both; `None` if the handshake fails.
async fn meet(tls: &Tls, presents: Option<&Arc<CertifiedKey>>) -> Option<Met> {
    let mut results = Vec::new();
    for version in [&TLS12, &TLS13] {
        let client = Arc::new(Client { presents: presents.cloned(), asked: Mutex::default() });
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(client.clone())
            .with_client_cert_resolver(client.clone());
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connecting = async {
            let stream = TcpStream::connect(address).await.unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
            // In TLS 1.3, a client learns later that its certificate was refused.
            stream.read_u8().await.ok()
        };
        let accepting = async {
            let mut stream = tls.accept(listener.accept().await.unwrap().0).await.ok()?;
            let presented = stream.get_ref().1.peer_certificates().unwrap_or_default();
            let certificate = presented.first().map(|certificate| certificate.to_vec());
            stream.write_u8(1).await.unwrap();
            stream.flush().await.unwrap();
            Some(certificate)
        };
        let (connected, accepted) = tokio::join!(connecting, accepting);
        assert_eq!(connected.is_some(), accepted.is_some());
        let asked = client.asked.lock().unwrap().clone();
        results.push(accepted.map(|certificate| (asked, certificate)));
    }
    assert_eq!(results[0], results[1], "both versions");
    results.pop().flatten().map(|(asked, certificate)| Met { asked, certificate })
}

fn with_authorities(subjects: &[Vec<u8>]) -> (Tls, watch::Sender<AuthoritySubjects>) {
    let (sender, receiver) = watch::channel(AuthoritySubjects::from(subjects));
    (Tls::load(Identity::new().files()).unwrap().with_authorities(receiver), sender)
}

/// A DER-encoded name: `CN=a` with another letter for each number.
fn name(number: usize) -> Vec<u8> {
    let letter = b'A' + u8::try_from(number % 26).unwrap();
    vec![0x30, 12, 0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 12, 1, letter]
}

#[tokio::test]
async fn clients_are_asked_for_a_certificate_while_there_is_an_authority() {
    let (tls, authorities) = with_authorities(&[]);
    let client = Identity::new();
    let presented = client.with_key_of(&client);
    let met = meet(&tls, Some(&presented)).await.unwrap();
    assert!(met.asked.is_none() && met.certificate.is_none(), "{:?}", met.asked);

    // The next connection knows the list.
    authorities.send(Arc::from([name(0), name(1)])).unwrap();
    let met = meet(&tls, Some(&presented)).await.unwrap();
    assert_eq!(met.asked, Some(vec![name(0), name(1)]));
    assert_eq!(met.certificate.as_deref(), Some(&*client.certificate()));
    let met = meet(&tls, None).await.unwrap();
    assert!(met.asked.is_some() && met.certificate.is_none());

    authorities.send(Arc::from([])).unwrap();
    assert!(meet(&tls, Some(&presented)).await.unwrap().asked.is_none());
}

#[tokio::test]
async fn a_new_certificate_of_the_server_keeps_the_authorities() {
    let (tls, authorities) = with_authorities(&[name(0)]);
    tls.replace(Identity::new().files().load(&tls.provider).unwrap());
    assert_eq!(meet(&tls, None).await.unwrap().asked, Some(vec![name(0)]));
    // Nobody can send another list.
    drop(authorities);
    assert_eq!(meet(&tls, None).await.unwrap().asked, Some(vec![name(0)]));
}

#[tokio::test]
async fn a_certificate_without_its_key_ends_the_handshake() {
    let (tls, _authorities) = with_authorities(&[name(0)]);
    let (owner, thief) = (Identity::new(), Identity::new());
    assert!(meet(&tls, Some(&owner.with_key_of(&thief))).await.is_none());
    assert!(meet(&tls, Some(&owner.with_key_of(&owner))).await.is_some());
}

#[tokio::test]
async fn what_isnt_a_certificate_or_is_very_long_ends_the_handshake() {
    let (tls, _authorities) = with_authorities(&[name(0)]);
    let client = Identity::new();
    let with_chain = |chain| {
        let key = client.with_key_of(&client).key.clone();
        Arc::new(CertifiedKey::new(chain, key))
    };
    let no_certificate = CertificateDer::from(vec![0x30, 0]);
    assert!(meet(&tls, Some(&with_chain(vec![no_certificate.clone()]))).await.is_none());
    // Nobody reads the others.
    assert!(meet(&tls, Some(&with_chain(vec![client.certificate(), no_certificate]))).await.is_some());
    let long = CertificateDer::from(vec![0x30; 16 * 1024]);
    assert!(meet(&tls, Some(&with_chain(vec![client.certificate(), long]))).await.is_none());
}

#[tokio::test]
async fn more_than_a_hundred_authorities_arent_named() {
    let provider = aws_lc_rs::default_provider();
    let named = |subjects: &[Vec<u8>]| {
        let clients = ClientCertificates::new(subjects, &provider);
        assert!(clients.offer_client_auth() && !clients.client_auth_mandatory());
        clients.root_hint_subjects().iter().map(DistinguishedName::as_ref).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let many: Vec<_> = (0..101).map(name).collect();
    assert_eq!(named(&many[..100]), many[..100]);
    assert!(named(&many).is_empty());
    assert!(named(&vec![vec![0x30; 1000]; 17]).is_empty(), "longer than some clients read");

    let (tls, _authorities) = with_authorities(&many);
    assert_eq!(meet(&tls, None).await.unwrap().asked, Some(Vec::new()), "asked for any certificate");
    let long = vec![vec![0x30; 1000]; 16];
    let (tls, _authorities) = with_authorities(&long);
    assert_eq!(meet(&tls, None).await.unwrap().asked, Some(long), "the longest list fits");
}

#[tokio::test]
async fn a_change_of_the_files_is_loaded_when_it_is_complete() {
    let (old, new) = (Identity::new(), Identity::new());
    let tls = Arc::new(Tls::load(old.files()).unwrap());
    let mut check = FileCheck::new(tls.clone());
    let served = || tls.lock().certificate.cert[0].clone();
    let copy = |name: &str| std::fs::copy(file(&new, name), file(&old, name)).unwrap();
    let first = served();

    check.once();
    copy("cert.pem");
    check.once();
    assert_eq!(served(), first, "only one of the files was replaced, a moment ago");
    copy("key.pem");
    check.once();
    assert_eq!(served(), first, "the last change was a moment ago");
    check.once();
    assert_eq!(served(), new.certificate());
}

fn file(identity: &Identity, name: &str) -> std::path::PathBuf {
    Path::new(identity.folder.path()).join(name)
}
