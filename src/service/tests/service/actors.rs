//! Calls every service function as every kind of actor, and checks permissions and error codes.

use std::{fs, path::Path};

use mintkey_domain::{
    AuditEventId, BulkAction, ClusterId, Password, Problem, Role, ScopeId, ServiceAccountId, SessionId, TokenId, Ttl,
    UserId,
    request::{NewServiceAccount, NewServiceAccountDraft, OrganizationChanges, ServiceAccountChanges, TokenChanges},
    wire::IssuedInvitation,
};
use mintkey_service::{
    Actor, AuditQuery, ClusterChanges, ExportOptions, ImportOptions, KeyRotation, NewCertificateAuthority, NewCluster,
    NewScope, OldKeys, Result, ScopeChanges, ServiceAccountQuery, TokenBulk, TokenInvalidation, TokenQuery,
    TokenRotation, VerifyRequest,
};

use super::world::{PASSWORD, World, code, code_of, label, new_token, password};

/// The results of one function, in the order of [`ACTORS`], for a token of the member.
type Row = (&'static str, [&'static str; 8]);

const ACTORS: [&str; 8] = [
    "admin",
    "member",
    "other member",
    "auditor",
    "other tenant",
    "system",
    "member's reading key",
    "member's own key",
];
const OK: &str = "ok";
const SCOPE: &str = "insufficient_scope";
const NONE: &str = "not_found";
const NO: &str = "forbidden";
const FIELDS: &str = "validation_failed";
const ITSELF: &str = "credential_in_use";
const TAKEN: &str = "already_exists";

#[rustfmt::skip]
const EXPECTED: &[Row] = &[
    // function              admin   member  other   auditor strange system  reading own key
    ("list_tokens",         [OK,     OK,     OK,     OK,     OK,     OK,     OK,     OK    ]),
    ("token_counts",        [OK,     OK,     OK,     OK,     OK,     OK,     OK,     OK    ]),
    ("token_owners",        [OK,     OK,     OK,     OK,     OK,     OK,     OK,     OK    ]),
    ("token",               [OK,     OK,     NONE,   OK,     NONE,   OK,     OK,     OK    ]),
    ("token_secret_uses",   [OK,     OK,     NONE,   OK,     NONE,   OK,     OK,     OK    ]),
    ("expiry_policy",       [OK,     OK,     OK,     OK,     OK,     OK,     OK,     OK    ]),
    ("create_token",        [OK,     OK,     OK,     SCOPE,  OK,     FIELDS, SCOPE,  OK    ]),
    ("edit_token",          [NO,     OK,     NONE,   SCOPE,  NONE,   NO,     SCOPE,  OK    ]),
    ("change_overlap",      [NO,     OK,     NONE,   SCOPE,  NONE,   NO,     SCOPE,  OK    ]),
    ("rotate_token",        [NO,     OK,     NONE,   SCOPE,  NONE,   NO,     SCOPE,  OK    ]),
    ("client_keys",         [OK,     OK,     NONE,   OK,     NONE,   OK,     OK,     OK    ]),
    ("set_client_keys",     [NO,     OK,     NONE,   SCOPE,  NONE,   NO,     SCOPE,  ITSELF]),
    ("invalidate_token",    [OK,     OK,     NONE,   SCOPE,  NONE,   OK,     SCOPE,  ITSELF]),
    ("bulk_tokens",         [OK,     OK,     NONE,   SCOPE,  NONE,   OK,     SCOPE,  ITSELF]),
    ("delete_token",        [OK,     OK,     NONE,   SCOPE,  NONE,   OK,     SCOPE,  ITSELF]),
    ("members",             [OK,     SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("search_members",      [OK,     SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("member",              [OK,     SCOPE,  SCOPE,  OK,     NONE,   OK,     SCOPE,  SCOPE ]),
    ("change_member_role",  [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("deactivate_member",   [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("activate_member",     [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("invite_member",       [OK,     SCOPE,  SCOPE,  SCOPE,  OK,     OK,     SCOPE,  SCOPE ]),
    ("invitations",         [OK,     SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("withdraw_invitation", [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("accept_invitation_as", [NO,    NO,     NO,     NO,     NO,     NO,     NO,     NO    ]),
    ("create_password_reset", [OK,   SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("hand_over",           [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("organization",        [OK,     SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("edit_organization",   [OK,     SCOPE,  SCOPE,  SCOPE,  OK,     OK,     SCOPE,  SCOPE ]),
    ("list_certificate_authorities", [OK, SCOPE, SCOPE, OK, OK,     OK,     SCOPE,  SCOPE ]),
    ("bring_certificate_authority",  [OK, SCOPE, SCOPE, SCOPE, FIELDS, OK,     SCOPE,  SCOPE ]),
    ("list_clusters",       [OK,     OK,     OK,     OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("cluster",             [OK,     OK,     OK,     OK,     NONE,   OK,     SCOPE,  SCOPE ]),
    ("create_cluster",      [OK,     SCOPE,  SCOPE,  SCOPE,  OK,     OK,     SCOPE,  SCOPE ]),
    ("edit_cluster",        [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("delete_cluster",      [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("review_token",        [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("allows_compatible_pkcs12", [OK, OK,   OK,     OK,     OK,     OK,     OK,     OK    ]),
    ("my_organizations",    [OK,     OK,     OK,     OK,     OK,     NO,     OK,     OK    ]),
    ("switch_organization", [OK,     OK,     OK,     OK,     NONE,   NO,     NO,     NO    ]),
    ("organizations",       [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("create_organization", [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("add_known_user",      [NO,     NO,     NO,     NO,     NO,     TAKEN,  NO,     NO    ]),
    ("list_service_accounts", [OK,   SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("service_account_counts", [OK,  SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("service_account",     [OK,     SCOPE,  SCOPE,  OK,     NONE,   OK,     SCOPE,  SCOPE ]),
    ("require_service_account", [OK, NONE,   NONE,   OK,     NONE,   OK,     NONE,   NONE  ]),
    ("owner",               [OK,     OK,     OK,     OK,     OK,     OK,     OK,     OK    ]),
    ("service_accounts_to_choose", [OK, OK,  OK,     SCOPE,  OK,     OK,     SCOPE,  OK    ]),
    ("create_service_account", [OK,  SCOPE,  SCOPE,  SCOPE,  OK,     OK,     SCOPE,  SCOPE ]),
    ("edit_service_account", [OK,    SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("suspend_service_account", [OK, SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("activate_service_account", [OK, SCOPE, SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("decommission_service_account", [OK, SCOPE, SCOPE, SCOPE, NONE, OK,     SCOPE,  SCOPE ]),
    ("scopes",              [OK,     OK,     OK,     OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("search_scopes",       [OK,     OK,     OK,     OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("grantable_scopes",    [OK,     OK,     OK,     OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("grantable_scopes_for", [OK,    OK,     OK,     OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("scope",               [OK,     OK,     OK,     OK,     NONE,   OK,     SCOPE,  SCOPE ]),
    ("create_scope",        [OK,     SCOPE,  SCOPE,  SCOPE,  OK,     OK,     SCOPE,  SCOPE ]),
    ("edit_scope",          [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("delete_scope",        [OK,     SCOPE,  SCOPE,  SCOPE,  NONE,   OK,     SCOPE,  SCOPE ]),
    ("verify",              [OK,     SCOPE,  SCOPE,  SCOPE,  OK,     OK,     SCOPE,  SCOPE ]),
    ("audit_log",           [OK,     SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("audit_neighbours",    [OK,     SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("audit_event",         [NONE,   SCOPE,  SCOPE,  NONE,   NONE,   NONE,   SCOPE,  SCOPE ]),
    ("verify_audit_log",    [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("export_audit_events", [OK,     SCOPE,  SCOPE,  OK,     OK,     OK,     SCOPE,  SCOPE ]),
    ("record_audit_export", [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("export_audit_log",    [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("prune_audit_log",       [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("introspect",          [OK,     OK,     OK,     OK,     OK,     OK,     OK,     OK    ]),
    ("revoke_access_token", [OK,     OK,     OK,     OK,     OK,     OK,     OK,     OK    ]),
    ("viewer",              [OK,     OK,     OK,     OK,     OK,     NO,     OK,     OK    ]),
    ("change_password",     [FIELDS, FIELDS, FIELDS, FIELDS, FIELDS, NO,     NO,     NO    ]),
    ("sessions",            [OK,     OK,     OK,     OK,     OK,     NO,     NO,     NO    ]),
    ("end_session",         [NONE,   NONE,   NONE,   NONE,   NONE,   NO,     NO,     NO    ]),
    ("end_other_sessions",  [OK,     OK,     OK,     OK,     OK,     NO,     NO,     NO    ]),
    ("sign_out",            [OK,     OK,     OK,     OK,     OK,     NO,     NO,     NO    ]),
    ("create_user",         [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("rename_user",         [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("find_member",         [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("reset_password",      [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("export",              [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("import",              [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("record_restore",      [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("backup",              [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("system_view",         [OK,     NO,     NO,     NO,     OK,     OK,     NO,     NO    ]),
    ("create_backup",       [OK,     NO,     NO,     NO,     OK,     OK,     NO,     NO    ]),
    ("list_signing_keys",   [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
    ("rotate_signing_key",  [NO,     NO,     NO,     NO,     NO,     OK,     NO,     NO    ]),
];

/// These end sessions: the calling one, or all others of the same user. So they are called with new sessions, and so is
/// the next function.
const ENDS_SESSIONS: &[&str] = &["end_other_sessions", "reset_password", "sign_out"];

#[tokio::test]
async fn every_function_answers_every_kind_of_actor_as_the_contract_says() {
    let mut world = World::new().await;
    let mut wrong = Vec::new();
    for (function, expected) in EXPECTED {
        for (index, actor) in ACTORS.iter().enumerate() {
            let answer = answer(&world, function, index).await;
            if ENDS_SESSIONS.contains(function) {
                world.sign_everybody_in().await;
            }
            if answer != expected[index] {
                wrong.push(format!("{function} by {actor}: expected {}, got {answer}", expected[index]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_function_that_takes_an_actor_is_missing_above() {
    let mut missing = Vec::new();
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let mut rest = source.as_str();
        while let Some(at) = rest.find("pub async fn ") {
            rest = &rest[at + "pub async fn ".len()..];
            let (name, arguments) = rest.split_once('(').unwrap();
            let takes_actor = arguments.split(')').next().unwrap().contains("actor: &Actor");
            if takes_actor && !EXPECTED.iter().any(|(known, _)| *known == name) {
                missing.push(name.to_owned());
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

pub(crate) fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![fs::read_to_string(path).unwrap()] })
        .collect()
}

/// Calls one function as one actor, for a token created for this call.
async fn answer(world: &World, function: &str, index: usize) -> String {
    let minted = world.create_token(&world.member, &["mintkey:tokens.read", "mintkey:tokens.write"]).await;
    let key = super::world::key(&minted);
    let actor = match index {
        0 => world.admin.clone(),
        1 => world.member.clone(),
        2 => world.other_member.clone(),
        3 => world.auditor.clone(),
        4 => world.other_tenant.clone(),
        5 => world.system.clone(),
        6 => world.key_actor(&world.member, &["mintkey:tokens.read"]).await,
        _ => world.use_key(&key).await.unwrap(),
    };
    let scope = fresh_scope(world, &format!("{function}.{index}")).await;
    if function == "change_password" {
        // Avoids the limit of failed sign-ins, which isn't under test here.
        world.clock.advance(15 * 60_000);
    }
    match call(world, function, &actor, minted.token.id, scope, &key, index).await {
        Ok(()) => OK.to_owned(),
        Err(error) => code(&error).to_string(),
    }
}

/// A member created for this call.
async fn newcomer(world: &World, function: &str, index: usize) -> UserId {
    let email = format!("{function}{index}@example.com");
    let role = Role::Member;
    world.service.create_user(&world.system, &email, PASSWORD.to_owned(), role).await.unwrap()
}

/// An invitation created for this call.
async fn invited(world: &World, function: &str, index: usize) -> IssuedInvitation {
    let email = format!("{function}{index}@example.com");
    world.service.invite_member(&world.admin, &email, Role::Member).await.unwrap()
}

/// A service account created for this call.
async fn service_account(world: &World, function: &str, index: usize) -> ServiceAccountId {
    world.service.create_service_account(&world.admin, new_service_account(function, index)).await.unwrap().id
}

fn new_service_account(name: &str, index: usize) -> NewServiceAccount {
    let draft = NewServiceAccountDraft { name: format!("{name} {index}"), ..NewServiceAccountDraft::default() };
    draft.check().unwrap()
}

pub(crate) async fn fresh_scope(world: &World, name: &str) -> ScopeId {
    let draft = NewScope { name: name.to_owned(), ..NewScope::default() };
    world.service.create_scope(&world.admin, draft).await.unwrap().id
}

/// A cluster registered for this call.
async fn cluster(world: &World, function: &str, index: usize) -> ClusterId {
    world.service.create_cluster(&world.admin, new_cluster(function, index)).await.unwrap().id
}

fn new_cluster(name: &str, index: usize) -> NewCluster {
    NewCluster {
        name: label(&format!("{name} {index}")),
        server: "https://10.4.0.1:6443".to_owned(),
        ca_pem: include_str!("../authority.pem").to_owned(),
        default_namespace: None,
        groups: Vec::new(),
    }
}

/// An authority that OpenSSL made.
fn certificate_authority() -> NewCertificateAuthority {
    NewCertificateAuthority {
        certificates: include_str!("../authority.pem").to_owned(),
        private_key: include_str!("../authority.key").to_owned().into(),
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each function of the service")]
pub(crate) async fn call(
    world: &World,
    function: &str,
    actor: &Actor,
    token: TokenId,
    scope: ScopeId,
    key: &str,
    index: usize,
) -> Result<()> {
    let service = &world.service;
    let new = || new_token(&["mintkey:tokens.read"]);
    match function {
        "list_tokens" => service.list_tokens(actor, TokenQuery::default()).await.map(drop),
        "token_counts" => service.token_counts(actor).await.map(drop),
        "token_owners" => service.token_owners(actor).await.map(drop),
        "token" => service.token(actor, token).await.map(drop),
        "token_secret_uses" => service.token_secret_uses(actor, token).await.map(drop),
        "expiry_policy" => service.expiry_policy(actor).await.map(drop),
        "create_token" => service.create_token(actor, new(), None).await.map(drop),
        "edit_token" => {
            let changes = TokenChanges { label: Some(label("Renamed")), ..TokenChanges::default() };
            service.edit_token(actor, token, changes).await.map(drop)
        }
        "change_overlap" => {
            let rotation = TokenRotation { overlap: Ttl::parse("1h").ok(), ..TokenRotation::default() };
            service.rotate_token(&world.member, token, rotation, None).await.unwrap();
            service.change_overlap(actor, token, None).await.map(drop)
        }
        "rotate_token" => service.rotate_token(actor, token, TokenRotation::default(), None).await.map(drop),
        "client_keys" => service.client_keys(actor, token).await.map(drop),
        "set_client_keys" => service.set_client_keys(actor, token, &[]).await.map(drop),
        "invalidate_token" => service.invalidate_token(actor, token, TokenInvalidation::default()).await.map(drop),
        "bulk_tokens" => {
            let bulk = TokenBulk {
                action: BulkAction::Invalidate,
                ids: Some(vec![token]),
                filter: None,
                reason: None,
                keep_access_tokens: false,
                force: false,
                dry_run: false,
            };
            match service.bulk_tokens(actor, bulk).await?.data[0].code {
                None => Ok(()),
                Some(code) => Err(Problem::new(code, "").into()),
            }
        }
        "delete_token" => service.delete_token(actor, token, false).await,
        "search_members" => service.search_members(actor, Some("a")).await.map(drop),
        "members" => service.members(actor).await.map(drop),
        "member" => service.member(actor, newcomer(world, function, index).await).await.map(drop),
        "change_member_role" => {
            let id = newcomer(world, function, index).await;
            service.change_member_role(actor, id, Role::Auditor).await.map(drop)
        }
        "deactivate_member" => service.deactivate_member(actor, newcomer(world, function, index).await).await.map(drop),
        "activate_member" => service.activate_member(actor, newcomer(world, function, index).await).await.map(drop),
        "invite_member" => {
            service.invite_member(actor, &format!("invited{index}@example.com"), Role::Auditor).await.map(drop)
        }
        "invitations" => service.invitations(actor).await.map(drop),
        "withdraw_invitation" => {
            let invited = invited(world, function, index).await;
            service.withdraw_invitation(actor, invited.invitation.id).await
        }
        // No actor is the invited user.
        "accept_invitation_as" => {
            let invited = invited(world, function, index).await;
            service.accept_invitation_as(actor, &code_of(&invited.url)).await.map(drop)
        }
        "create_password_reset" => {
            service.create_password_reset(actor, newcomer(world, function, index).await).await.map(drop)
        }
        "hand_over" => {
            let (from, to) = (newcomer(world, function, index).await, service_account(world, function, index).await);
            service.hand_over(actor, from, to.uuid()).await.map(drop)
        }
        "organization" => service.organization(actor).await.map(drop),
        "edit_organization" => service.edit_organization(actor, OrganizationChanges::default()).await.map(drop),
        "list_certificate_authorities" => service.list_certificate_authorities(actor).await.map(drop),
        "bring_certificate_authority" => {
            service.bring_certificate_authority(actor, certificate_authority()).await.map(drop)
        }
        "list_clusters" => service.list_clusters(actor).await.map(drop),
        "cluster" => service.cluster(actor, cluster(world, function, index).await).await.map(drop),
        "create_cluster" => service.create_cluster(actor, new_cluster(function, index)).await.map(drop),
        "edit_cluster" => {
            let changes = ClusterChanges { name: Some(label("Renamed")), ..ClusterChanges::default() };
            let id = cluster(world, function, index).await;
            let edited = service.edit_cluster(actor, id, changes).await.map(drop);
            // The next one gets the same name.
            service.delete_cluster(&world.admin, id).await.unwrap();
            edited
        }
        "delete_cluster" => service.delete_cluster(actor, cluster(world, function, index).await).await,
        "review_token" => service.review_token(actor, cluster(world, function, index).await, key).await.map(drop),
        "allows_compatible_pkcs12" => service.allows_compatible_pkcs12(actor).await.map(drop),
        "my_organizations" => service.my_organizations(actor).await.map(drop),
        "switch_organization" => service.switch_organization(actor, world.organization).await.map(drop),
        "organizations" => service.organizations(actor).await.map(drop),
        "create_organization" => service.create_organization(actor, "Another one", "admin@example.com").await.map(drop),
        "add_known_user" => service.add_known_user(actor, "member@example.com", Role::Member).await.map(drop),
        "list_service_accounts" => service.list_service_accounts(actor, ServiceAccountQuery::default()).await.map(drop),
        "service_account_counts" => service.service_account_counts(actor).await.map(drop),
        "service_account" => {
            service.service_account(actor, service_account(world, function, index).await).await.map(drop)
        }
        "require_service_account" => {
            service.require_service_account(actor, service_account(world, function, index).await).await
        }
        "owner" => service.owner(actor, actor.principal().or(world.admin.principal()).unwrap().id()).await.map(drop),
        "service_accounts_to_choose" => service.service_accounts_to_choose(actor, None).await.map(drop),
        "create_service_account" => {
            service.create_service_account(actor, new_service_account("made", index)).await.map(drop)
        }
        "edit_service_account" => {
            let id = service_account(world, function, index).await;
            service.edit_service_account(actor, id, ServiceAccountChanges::default()).await.map(drop)
        }
        "suspend_service_account" => {
            service.suspend_service_account(actor, service_account(world, function, index).await).await.map(drop)
        }
        "activate_service_account" => {
            service.activate_service_account(actor, service_account(world, function, index).await).await.map(drop)
        }
        "decommission_service_account" => {
            service.decommission_service_account(actor, service_account(world, function, index).await).await
        }
        "scopes" => service.scopes(actor).await.map(drop),
        "search_scopes" => service.search_scopes(actor, Some("a")).await.map(drop),
        "grantable_scopes_for" => {
            let owner = actor.principal().or(world.admin.principal()).unwrap().id();
            service.grantable_scopes_for(actor, owner).await.map(drop)
        }
        "grantable_scopes" => service.grantable_scopes(actor).await.map(drop),
        "scope" => service.scope(actor, scope).await.map(drop),
        "create_scope" => {
            let draft = NewScope { name: format!("made.by.{index}"), ..NewScope::default() };
            service.create_scope(actor, draft).await.map(drop)
        }
        "edit_scope" => service.edit_scope(actor, scope, ScopeChanges::default()).await.map(drop),
        "delete_scope" => service.delete_scope(actor, scope).await,
        "verify" => {
            let request = VerifyRequest { credential: key.to_owned(), scopes: Vec::new(), ip: None };
            service.verify(actor, request).await.map(drop)
        }
        "audit_log" => service.audit_log(actor, AuditQuery::default()).await.map(drop),
        "audit_neighbours" => service.audit_neighbours(actor, 1).await.map(drop),
        "audit_event" => service.audit_event(actor, AuditEventId::from_uuid(token.uuid())).await.map(drop),
        "verify_audit_log" => service.verify_audit_log(actor, None).await.map(drop),
        "export_audit_log" => service.export_audit_log(actor, 0, 10).await.map(drop),
        "export_audit_events" => service.export_audit_events(actor, AuditQuery::default(), 10).await.map(drop),
        "record_audit_export" => service.record_audit_export(actor, 0).await,
        "prune_audit_log" => service.prune_audit_log(actor).await.map(drop),
        // The call always succeeds; for a credential without access it returns `None`.
        "introspect" => {
            let introspection = service.introspect(actor, key, None).await?;
            assert_eq!(introspection.is_some(), [0, 1, 5, 6, 7].contains(&index), "{index}");
            Ok(())
        }
        "revoke_access_token" => service.revoke_access_token(actor, key).await,
        "viewer" => service.viewer(actor).await.map(drop),
        "change_password" => {
            let wrong = Password::typed("not my password".to_owned());
            let new = "another good password".to_owned();
            service.change_password(actor, wrong, new.clone(), new).await
        }
        "sessions" => service.sessions(actor).await.map(drop),
        "end_session" => service.end_session(actor, SessionId::from_uuid(token.uuid())).await,
        "end_other_sessions" => service.end_other_sessions(actor).await.map(drop),
        "sign_out" => service.sign_out(actor).await,
        "find_member" => service.find_member(actor, "other@example.com").await.map(drop),
        "rename_user" => service.rename_user(actor, "other@example.com", "other@example.com").await,
        "create_user" => {
            let email = format!("made{index}@example.com");
            service.create_user(actor, &email, PASSWORD.to_owned(), Role::Member).await.map(drop)
        }
        "reset_password" => service.reset_password(actor, "other@example.com", PASSWORD.to_owned()).await,
        "export" => service.export(actor, ExportOptions::default()).await.map(drop),
        "import" => {
            let lines = r#"{"type": "scope", "name": "imported"}"#;
            service.import(actor, lines, ImportOptions::default()).await.map(drop)
        }
        "record_restore" => service.record_restore(actor, "backup.db".to_owned()).await,
        "backup" => service.backup(actor, &world.folder.path().join(format!("backup{index}"))).await.map(drop),
        "system_view" => service.system_view(actor).await.map(drop),
        "create_backup" => {
            // Each backup needs a unique name.
            world.clock.advance(1000);
            service.create_backup(actor).await.map(drop)
        }
        "list_signing_keys" => service.list_signing_keys(actor).await.map(drop),
        "rotate_signing_key" => {
            let old = OldKeys::RetireAfter(mintkey_domain::Ttl::parse("2h").unwrap());
            service.rotate_signing_key(actor, KeyRotation { algorithm: None, old }).await.map(drop)
        }
        other => panic!("{other} is in the table, but isn't called: {:?}", password()),
    }
}
