//! Every operation of the OpenAPI document, called as every kind of user.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use super::fixture::{
    AUTHORITY_PEM, AUTHORITY_PRIVATE, Fixture,
    Target::{self, Cluster, Event, Invitation, Machine, Nothing, Organization, Person, Scope, Token},
};
use crate::http::{
    reply::Reply,
    server::{CreatedToken, PASSWORD, send},
};

/// An operation, its target, its body, and the expected results in the order of [`Fixture::callers`].
///
/// A body that starts with `{` is JSON, any other is a form. `UNIQUE` is a new name, `KEY` the member's key, `MEMBER`
/// the member's ID, `PASSWORD` the member's password.
type Row = (&'static str, Target, &'static str, [&'static str; 9]);

/// Success with a documented status.
const OK: &str = "ok";
/// Success without information: not active, or not valid.
const OFF: &str = "inactive";
const SCOPE: &str = "insufficient_scope";
const NONE: &str = "not_found";
const NO: &str = "forbidden";
/// Another organization has this authority.
const FIELDS: &str = "validation_failed";
const BAD: &str = "invalid_credential";
const NEED: &str = "credential_required";
const WHO: &str = "invalid_client";

#[rustfmt::skip]
const EXPECTED: &[Row] = &[
    // operation, target, body                        admin  member auditor a.svc  m.svc  u.svc  left  nobody other tenant
    ("getHealth",              Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getReadiness",           Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getKeys",                Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getOpenApi",             Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getDocs",                Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getAuthorizationServer", Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getOpenIdConfiguration", Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getCertificates",        Organization, "",       [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getRevocationLists",     Organization, "",       [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("getRevocationList",      Organization, "",       [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("login",                  Nothing, r#"{"username": "mia@example.com", "password": "PASSWORD"}"#,
                                                       [OK,    OK,    OK,    OK,    OK,    OK,    OK,   OK,    OK  ]),
    ("requestAccessToken",     Nothing, "grant_type=client_credentials",
                                                       [OK,    OK,    WHO,   OK,    OK,    OK,    WHO,  WHO,   OK  ]),
    ("introspect",             Nothing, "token=KEY",   [OK,    OK,    OFF,   OK,    OFF,   OFF,   WHO,  WHO,   OFF  ]),
    ("revokeAccessToken",      Nothing, "token=a.b.c", [OK,    OK,    OK,    OK,    OK,    OK,    WHO,  WHO,   OK  ]),
    ("verify",                 Nothing, r#"{"credential": "KEY"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  OFF  ]),
    ("getMe",                  Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    BAD,  NEED,  OK  ]),

    ("listTokens",             Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    BAD,  NEED,  OK  ]),
    ("createToken",            Nothing, r#"{"label": "UNIQUE", "scopes": ["mintkey:tokens.read"]}"#,
                                                       [OK,    OK,    SCOPE, OK,    OK,    SCOPE, BAD,  NEED,  OK  ]),
    ("getToken",               Token,   "",            [OK,    OK,    OK,    OK,    NONE,  OK,    BAD,  NEED,  NONE]),
    ("editToken",              Token,   r#"{"label": "UNIQUE", "scopes": ["*"]}"#,
                                                       [NO,    OK,    SCOPE, NO,    NONE,  SCOPE, BAD,  NEED,  NONE]),
    ("rotateToken",            Token,   "",            [NO,    OK,    SCOPE, NO,    NONE,  SCOPE, BAD,  NEED,  NONE]),
    ("getClientKeys",          Token,   "",            [OK,    OK,    OK,    OK,    NONE,  OK,    BAD,  NEED,  NONE]),
    ("setClientKeys",          Token,   r#"{"keys": []}"#,
                                                       [NO,    OK,    SCOPE, NO,    NONE,  SCOPE, BAD,  NEED,  NONE]),
    ("invalidateToken",        Token,   "",            [OK,    OK,    SCOPE, OK,    NONE,  SCOPE, BAD,  NEED,  NONE]),
    ("bulkTokens",             Nothing, r#"{"action": "delete", "filter": {"label": "UNIQUE"}}"#,
                                                       [OK,    OK,    SCOPE, OK,    OK,    SCOPE, BAD,  NEED,  OK  ]),
    ("deleteToken",            Token,   "",            [OK,    OK,    SCOPE, OK,    NONE,  SCOPE, BAD,  NEED,  NONE]),

    ("listServiceAccounts",    Nothing, "",            [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  OK  ]),
    ("createServiceAccount",   Nothing, r#"{"name": "UNIQUE"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  OK  ]),
    ("getServiceAccount",      Machine, "",            [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  NONE]),
    ("editServiceAccount",     Machine, r#"{"name": "UNIQUE"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("suspendServiceAccount",  Machine, "",            [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("activateServiceAccount", Machine, "",            [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("decommissionServiceAccount", Machine, "",        [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("listServiceAccountTokens", Machine, "",          [OK,    NONE,  OK,    OK,    NONE,  OK,    BAD,  NEED,  NONE]),
    ("createServiceAccountToken", Machine, r#"{"label": "UNIQUE", "scopes": ["mintkey:tokens.read"]}"#,
                                                       [OK,    NONE,  SCOPE, OK,    NONE,  SCOPE, BAD,  NEED,  NONE]),

    ("listMembers",            Nothing, "",            [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  OK  ]),
    ("getMember",              Person,  "",            [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  NONE]),
    ("editMember",             Person,  r#"{"role": "member"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("deactivateMember",       Person,  "",            [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("activateMember",         Person,  "",            [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("createPasswordReset",    Person,  "",            [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("handOverMember",         Person,  r#"{"to_id": "MEMBER"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("listInvitations",        Nothing, "",            [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  OK  ]),
    ("inviteMember",           Nothing, r#"{"email": "UNIQUE@example.com"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  OK  ]),
    ("withdrawInvitation",     Invitation, "",         [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("getOrganization",        Nothing, "",            [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  OK  ]),
    ("editOrganization",       Nothing, r#"{"name": "UNIQUE"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  OK  ]),

    ("listCertificateAuthorities", Nothing, "",        [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  OK  ]),
    ("createCertificateAuthority", Nothing, r#"{"certificates": "AUTHORITY_PEM", "private_key": "AUTHORITY_PRIVATE"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  FIELDS]),

    ("listClusters",           Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    BAD,  NEED,  OK  ]),
    ("createCluster",          Nothing, r#"{"name": "UNIQUE", "server": "https://a", "ca_pem": "AUTHORITY_PEM"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  OK  ]),
    ("getCluster",             Cluster, "",            [OK,    OK,    OK,    OK,    OK,    OK,    BAD,  NEED,  NONE]),
    ("editCluster",            Cluster, r#"{"name": "UNIQUE"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("deleteCluster",          Cluster, "",            [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("reviewToken",            Cluster,
     r#"{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": "KEY"}}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),

    ("listScopes",             Nothing, "",            [OK,    OK,    OK,    OK,    OK,    OK,    BAD,  NEED,  OK  ]),
    ("createScope",            Nothing, r#"{"name": "UNIQUE"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  OK  ]),
    ("getScope",               Scope,   "",            [OK,    OK,    OK,    OK,    OK,    OK,    BAD,  NEED,  NONE]),
    ("editScope",              Scope,   r#"{"description": "UNIQUE"}"#,
                                                       [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("deleteScope",            Scope,   "",            [OK,    SCOPE, SCOPE, OK,    SCOPE, SCOPE, BAD,  NEED,  NONE]),
    ("listAuditEvents",        Nothing, "",            [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  OK  ]),
    ("getAuditEvent",          Event,   "",            [OK,    SCOPE, OK,    OK,    SCOPE, OK,    BAD,  NEED,  NONE]),
];

/// One operation of the document.
struct Operation {
    name: String,
    method: Method,
    path: String,
    /// The documented statuses.
    statuses: BTreeSet<String>,
    oauth: bool,
}

#[tokio::test]
async fn every_operation_answers_everybody_as_the_table_says() {
    let fixture = Fixture::new().await;
    let operations = operations(&send(fixture.server.get("/api/openapi.json")).await.expect(200));
    let known: BTreeSet<&str> = EXPECTED.iter().map(|row| row.0).collect();
    let there: BTreeSet<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
    let differing: Vec<_> = known.symmetric_difference(&there).collect();
    assert!(differing.is_empty(), "without a row, or without an operation: {differing:?}");
    assert_eq!(known.len(), EXPECTED.len(), "an operation has two rows");
    let mut wrong = Vec::new();
    for (name, target, body, expected) in EXPECTED {
        let operation = operations.iter().find(|operation| operation.name == *name).unwrap();
        for ((who, caller), expected) in fixture.callers.iter().zip(expected) {
            let id = fixture.target(*target).await;
            let reply = call(&fixture, operation, &id, body, caller.as_ref()).await;
            let answer = answer(&reply);
            if answer != *expected {
                wrong.push(format!("{name} by {who}: expected {expected}, got {answer} {}", reply.status));
            }
            if !operation.statuses.contains(&reply.status.to_string()) {
                wrong.push(format!("{name} by {who}: the document doesn't know of {}", reply.status));
            }
            // Responses to another tenant may only concern its own organization.
            if *who == "other tenant" && *name != "login" && reply.text.contains(&fixture.organization) {
                wrong.push(format!("{name} tells another tenant of this organization: {}", reply.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(verb, operation)| Operation {
            name: operation["operationId"].as_str().unwrap().to_owned(),
            method: verb.to_uppercase().parse().unwrap(),
            path: path.clone(),
            statuses: operation["responses"].as_object().unwrap().keys().cloned().collect(),
            oauth: path.starts_with("/oauth/"),
        })
    });
    all.collect()
}

async fn call(fixture: &Fixture, operation: &Operation, id: &str, body: &str, caller: Option<&CreatedToken>) -> Reply {
    let path = operation.path.replace("{id}", id);
    let mut request = fixture.server.client.request(operation.method.clone(), format!("{}{path}", fixture.server.url));
    if let Some(caller) = caller {
        // OAuth endpoints use client authentication, if the caller has a client ID.
        request = if operation.oauth && !caller.id.is_empty() {
            request.basic_auth(&caller.id, Some(&caller.secret))
        } else {
            request.bearer_auth(&caller.key)
        };
    }
    let body = body
        .replace("UNIQUE", &fixture.unique())
        .replace("KEY", fixture.key("member"))
        .replace("MEMBER", &fixture.member)
        .replace("PASSWORD", PASSWORD)
        .replace("AUTHORITY_PEM", &AUTHORITY_PEM.replace('\n', "\\n"))
        .replace("AUTHORITY_PRIVATE", &AUTHORITY_PRIVATE.replace('\n', "\\n"));
    let content_type = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    send(if body.is_empty() { request } else { request.header("content-type", content_type).body(body) }).await
}

fn answer(reply: &Reply) -> String {
    match reply.status {
        200..300 if reply.json["active"] == false || reply.json["valid"] == false => OFF.to_owned(),
        200..300 => OK.to_owned(),
        _ => ["code", "error"].iter().find_map(|name| reply.json[name].as_str()).unwrap_or_default().to_owned(),
    }
}
