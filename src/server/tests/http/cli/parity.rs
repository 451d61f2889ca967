//! Every operation of the API has a command and a method of the SDK.

use mintkey_client::{
    Audit, CertificateAuthorities, Client, Clusters, Members, OAuth, Scopes, ServiceAccounts, Tokens,
};

use super::{Cli, Server};
use crate::http::server::send;

/// The operation, its command, and the method of the SDK, which must compile.
macro_rules! operations {
    ($($operation:ident: $command:literal, $method:expr;)+) => {
        const OPERATIONS: &[(&str, &str)] = &[$((stringify!($operation), $command)),+];

        #[expect(dead_code, reason = "only that it compiles")]
        fn methods() {
            $(let _method = $method;)+
        }
    };
}

operations! {
    login: "login", Client::login;
    getMe: "whoami", Client::me;
    listTokens: "token list", Tokens::list;
    createToken: "token create", Tokens::create;
    getToken: "token get", Tokens::get;
    editToken: "token edit", Tokens::edit;
    deleteToken: "token delete", Tokens::delete;
    rotateToken: "token rotate", Tokens::rotate;
    invalidateToken: "token invalidate", Tokens::invalidate;
    bulkTokens: "token invalidate", Tokens::bulk;
    getClientKeys: "token client-keys get", Tokens::client_keys;
    setClientKeys: "token client-keys set", Tokens::set_client_keys;
    listServiceAccounts: "service-account list", ServiceAccounts::list;
    createServiceAccount: "service-account create", ServiceAccounts::create;
    getServiceAccount: "service-account get", ServiceAccounts::get;
    editServiceAccount: "service-account edit", ServiceAccounts::edit;
    suspendServiceAccount: "service-account suspend", ServiceAccounts::suspend;
    activateServiceAccount: "service-account activate", ServiceAccounts::activate;
    decommissionServiceAccount: "service-account decommission", ServiceAccounts::decommission;
    listServiceAccountTokens: "service-account tokens", ServiceAccounts::tokens;
    createServiceAccountToken: "token create", Tokens::create_for;
    listScopes: "scope list", Scopes::list;
    createScope: "scope create", Scopes::create;
    getScope: "scope get", Scopes::get;
    editScope: "scope edit", Scopes::edit;
    deleteScope: "scope delete", Scopes::delete;
    listMembers: "member list", Members::list;
    getMember: "member get", Members::get;
    editMember: "member role", Members::set_role;
    deactivateMember: "member deactivate", Members::deactivate;
    activateMember: "member activate", Members::activate;
    createPasswordReset: "member reset-link", Members::create_password_reset;
    handOverMember: "member hand-over", Members::hand_over;
    listInvitations: "member invitations", Members::invitations;
    inviteMember: "member invite", Members::invite;
    withdrawInvitation: "member withdraw-invitation", Members::withdraw_invitation;
    getOrganization: "organization get", Client::organization;
    editOrganization: "organization edit", Client::edit_organization;
    listCertificateAuthorities: "ca list", CertificateAuthorities::list;
    createCertificateAuthority: "ca import", CertificateAuthorities::create;
    getCertificates: "ca certificates", CertificateAuthorities::published;
    getRevocationLists: "ca crl", CertificateAuthorities::published;
    getRevocationList: "ca crl", CertificateAuthorities::published;
    listClusters: "cluster list", Clusters::list;
    createCluster: "cluster create", Clusters::create;
    getCluster: "cluster get", Clusters::get;
    editCluster: "cluster edit", Clusters::edit;
    deleteCluster: "cluster delete", Clusters::delete;
    listAuditEvents: "audit list", Audit::list;
    getAuditEvent: "audit get", Audit::get;
    verify: "verify", Client::verify;
    requestAccessToken: "access-token create", OAuth::token;
    introspect: "access-token introspect", OAuth::introspect;
    revokeAccessToken: "access-token revoke", OAuth::revoke;
    getKeys: "curl", OAuth::jwks;
    getAuthorizationServer: "curl", OAuth::metadata;
}

/// Operations without a command or a method of their own, and why.
const WITHOUT: [(&str, &str); 6] = [
    ("reviewToken", "for the API servers of Kubernetes clusters"),
    ("getOpenIdConfiguration", "for programs that expect it, such as Kubernetes; the same as getAuthorizationServer"),
    ("getOpenApi", "a document for generators of clients: `mintkey curl /api/openapi.json`"),
    ("getDocs", "a page for browsers"),
    ("getHealth", "for supervisors, which call it by HTTP"),
    ("getReadiness", "for load balancers, which call it by HTTP"),
];

#[tokio::test]
async fn every_operation_has_a_command_and_a_method() {
    let server = Server::start().await;
    let document = send(server.get("/api/openapi.json")).await.expect(200);
    let methods = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let mut operations: Vec<_> = methods.filter_map(|method| method["operationId"].as_str()).collect();
    let known = OPERATIONS.iter().map(|(operation, _)| *operation);
    let mut known: Vec<_> = known.chain(WITHOUT.iter().map(|(operation, _)| *operation)).collect();
    operations.sort_unstable();
    known.sort_unstable();
    assert_eq!(operations, known);

    let cli = Cli::new();
    for (operation, command) in OPERATIONS {
        let arguments: Vec<_> = command.split(' ').chain(["--help"]).collect();
        let help = cli.run(&arguments).await.done();
        assert!(help.contains(&format!("mintkey {command}")), "{operation}: {help}");
    }
}
