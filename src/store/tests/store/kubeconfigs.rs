//! The kubeconfigs of tokens.

use mintkey_domain::{CertificateAuthorityId, ClusterId, KubeconfigMethod, Namespace, OrganizationId, TokenKind};
use mintkey_store::{CertificateAuthority, CertificateGroups, Cluster, IssuedCertificate, Token, TokenKubeconfig};

use super::{
    harness::Database,
    make::{self, NOW, at},
};

on_both_engines! {
    a_kubeconfig_is_kept_with_its_token
    a_cluster_has_the_tokens_that_are_not_invalidated
    the_groups_of_certificates_are_known_until_these_end
}

/// A cluster, and a token with a kubeconfig for it.
async fn world(database: &Database) -> (OrganizationId, ClusterId, Token) {
    let organization = database.organization().await;
    let cluster = Cluster {
        id: ClusterId::from_uuid(make::id()),
        organization_id: organization,
        name: make::label("plant-3"),
        server: "https://10.4.0.1:6443".to_owned(),
        ca_pem: String::new(),
        default_namespace: Namespace::default_of_clusters(),
        groups: Vec::new(),
        created_at: NOW,
        updated_at: NOW,
    };
    let id = cluster.id;
    database.done(move |tx| Box::pin(async move { tx.insert_cluster(&cluster).await })).await;
    let kubeconfig = TokenKubeconfig {
        cluster_id: id,
        namespace: Namespace::from_stored("plant".to_owned()),
        method: KubeconfigMethod::Token,
    };
    let token = Token {
        kind: TokenKind::Kubeconfig,
        kubeconfig: Some(kubeconfig),
        ..make::token(organization, make::person(), "edge")
    };
    database.insert(std::slice::from_ref(&token)).await;
    (organization, id, token)
}

async fn a_kubeconfig_is_kept_with_its_token(database: &Database) {
    let (organization, _, token) = world(database).await;
    assert_eq!(database.store.token(organization, token.id).await.unwrap(), Some(token));
}

async fn a_cluster_has_the_tokens_that_are_not_invalidated(database: &Database) {
    let (organization, cluster, token) = world(database).await;
    let other = database.organization().await;
    let tokens = async |organization| {
        database.done(move |tx| Box::pin(async move { tx.tokens_of_cluster(organization, cluster, 10).await })).await
    };
    assert_eq!(tokens(organization).await, [(token.id, token.label.clone())]);
    assert_eq!(tokens(other).await, []);
    let id = token.id;
    database.changed(move |tx| Box::pin(async move { tx.invalidate_token(organization, id, NOW, false).await })).await;
    assert_eq!(tokens(organization).await, []);
    database.done(move |tx| Box::pin(async move { tx.delete_cluster(organization, cluster).await })).await;
    let kept = database.store.token(organization, id).await.unwrap().unwrap();
    assert_eq!(kept.kubeconfig, None, "its cluster is gone");
}

async fn the_groups_of_certificates_are_known_until_these_end(database: &Database) {
    let (organization, _, token) = world(database).await;
    let authority = CertificateAuthority {
        id: CertificateAuthorityId::from_uuid(make::id()),
        organization_id: organization,
        certificates: String::new(),
        brought: false,
        private_encrypted: vec![0],
        expires_at: at(100),
        created_at: NOW,
    };
    let certificate = |serial, end, groups: &[&str]| IssuedCertificate {
        authority_id: authority.id,
        serial: vec![serial],
        organization_id: organization,
        token_id: token.id,
        generation: 1,
        expires_at: at(end),
        cluster_groups: groups.iter().map(|name| (*name).to_owned()).collect(),
        created_at: NOW,
    };
    let certificates = [
        certificate(1, 10, &["a b", "c"]),
        certificate(2, 20, &["a b", "c"]),
        certificate(3, 5, &["d"]),
        certificate(4, 30, &[]),
    ];
    let found = database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_certificate_authority(&authority).await?;
                for certificate in &certificates {
                    tx.insert_certificate(certificate).await?;
                }
                tx.certificate_groups(organization, at(5)).await
            })
        })
        .await;
    let groups = vec!["a b".to_owned(), "c".to_owned()];
    assert_eq!(found, [CertificateGroups { token_id: token.id, groups, expires_at: at(20) }]);
}
