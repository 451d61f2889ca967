//! An action has one name, whether it was done or refused, and its event names the credential.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use mintkey_domain::AuditAction;
use serde_json::{Value, json};

use super::requests::{MIA, OLD, create_token, events, form, member_id, service_account, start};
use crate::http::server::{CreatedToken, EMAIL, Server, send};

const UNA: &str = "una@example.com";

fn claims(access_token: &str) -> Value {
    let payload = access_token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn a_right_password_leaves_an_event_by_which_what_it_opened_is_followed() {
    // Attack: use a stolen password by API only, which begins no session that the owner could notice.
    let server = start().await;
    let admin = server.admin().await;
    let access = server.access_token(EMAIL, OLD).await;
    let jti = claims(&access)["jti"].clone();
    let logged = events(&server, &admin.key, "action=access_token.create").await;
    // `server.admin()` logs in with the password, too.
    assert_eq!(logged.len(), 2, "{logged:?}");
    assert_eq!((&logged[0]["via"], &logged[0]["outcome"]), (&json!("password"), &json!("done")));
    assert_eq!((&logged[0]["credential_id"], &logged[0]["actor"]["name"]), (&jti, &json!(EMAIL)));
    let made = create_token(&server, &access, "by password", &["*"]).await;
    let logged = events(&server, &admin.key, &format!("action=token.create&target={}", made.id)).await;
    assert_eq!(logged[0]["credential_id"], jti);
    let all = events(&server, &admin.key, &format!("credential={}", jti.as_str().unwrap())).await;
    assert_eq!(all.len(), 2);
    // Exchanging a token's secret is a use, which isn't an event.
    super::requests::exchange(&server, &admin).await;
    assert_eq!(events(&server, &admin.key, "action=access_token.create").await.len(), 2);
}

/// An action's name; method and path of the API; the body; the console's form and server function; their fields. Paths
/// and fields contain the names from [`targets`].
type Act = (&'static str, &'static str, &'static str, &'static str, &'static str);

const BODY_OF_TOKEN: &str = r#"{"label": "a", "scopes": ["mintkey:tokens.read"]}"#;
const TOKEN: &str = "label=a&patterns=mintkey:tokens.read&expires=30d";
const ACCOUNT: &str = "name=a&role=member";

#[rustfmt::skip]
const ACTS: &[Act] = &[
    ("token.create", "POST /tokens", BODY_OF_TOKEN, "tokens/new tokens/create", TOKEN),
    ("token.edit", "PATCH /tokens/TOKEN", BODY_OF_TOKEN, "tokens/TOKEN/edit tokens/edit", TOKEN),
    ("token.rotate", "POST /tokens/TOKEN/rotate", "", "tokens/TOKEN/rotate tokens/rotate", "overlap="),
    ("token.client_keys", "PUT /tokens/TOKEN/client-keys", r#"{"keys": []}"#,
     "tokens/TOKEN/client-keys tokens/client-keys", "keys="),
    ("token.invalidate", "POST /tokens/TOKEN/invalidate", "", "tokens/TOKEN/invalidate tokens/invalidate", "reason="),
    ("token.delete", "DELETE /tokens/TOKEN", "", "tokens/TOKEN/delete tokens/delete", "confirm=target"),
    ("service_account.create", "POST /service-accounts", r#"{"name": "a"}"#,
     "service-accounts/new service-accounts/create", ACCOUNT),
    ("service_account.edit", "PATCH /service-accounts/ACCOUNT", r#"{"name": "a"}"#,
     "service-accounts/ACCOUNT/edit service-accounts/edit", ACCOUNT),
    ("service_account.suspend", "POST /service-accounts/ACCOUNT/suspend", "",
     "service-accounts/ACCOUNT/suspend service-accounts/suspend", ""),
    ("service_account.activate", "POST /service-accounts/ACCOUNT/activate", "",
     "service-accounts/ACCOUNT/activate service-accounts/activate", ""),
    ("service_account.decommission", "DELETE /service-accounts/ACCOUNT", "",
     "service-accounts/ACCOUNT/decommission service-accounts/decommission", ""),
    ("scope.create", "POST /scopes", r#"{"name": "a"}"#, "scopes/new scopes/create", "name=a"),
    ("scope.edit", "PATCH /scopes/SCOPE", r#"{"description": "a"}"#, "scopes/SCOPE/edit scopes/edit", "name=a"),
    ("scope.delete", "DELETE /scopes/SCOPE", "", "scopes/SCOPE/delete scopes/delete", ""),
    ("member.invite", "POST /members/invitations", r#"{"email": "a@example.com"}"#, "members/invite members/invite",
     "email=a@example.com&role=member"),
    ("member.withdraw_invitation", "DELETE /members/invitations/INVITATION", "",
     "members/invitations/INVITATION/withdraw members/withdraw-invitation", ""),
    ("member.role", "PATCH /members/MIA", r#"{"role": "admin"}"#, "members/MIA/role members/role", "role=admin"),
    ("member.deactivate", "POST /members/MIA/deactivate", "", "members/MIA/deactivate members/deactivate", ""),
    ("member.activate", "POST /members/MIA/activate", "", "members/MIA/activate members/activate", ""),
    ("password.reset_link", "POST /members/MIA/password-reset", "", "members/MIA/reset members/reset-link", ""),
    ("member.hand_over", "POST /members/MIA/hand-over", r#"{"to_id": "UNA"}"#,
     "members/MIA/hand-over members/hand-over", "to_id=UNA"),
    ("organization.edit", "PATCH /organization", r#"{"name": "a"}"#, "organization organization/edit",
     "name=a&default_token_ttl=90d"),
    ("certificate_authority.create", "POST /certificate-authorities",
     r#"{"certificates": "a", "private_key": "a"}"#, "organization/certificates organization/bring-authority",
     "certificates=a&private_key=a"),
];

/// The IDs of objects that an auditor may not change.
async fn targets(server: &Server, admin: &CreatedToken) -> Vec<(&'static str, String)> {
    let make = async |path: &str, body: Value| {
        let made = send(server.post(path).bearer_auth(&admin.key).json(&body)).await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    };
    vec![
        ("TOKEN", create_token(server, &admin.key, "target", &["*"]).await.id),
        ("ACCOUNT", service_account(server, &admin.key, &json!({"name": "target"})).await),
        ("SCOPE", make("/api/v1/scopes", json!({"name": "target"})).await),
        ("INVITATION", make("/api/v1/members/invitations", json!({"email": "target@example.com"})).await),
        ("MIA", member_id(server, &admin.key, MIA).await),
        ("UNA", member_id(server, &admin.key, UNA).await),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_act_has_the_name_and_the_target_of_the_done_one_by_every_interface() {
    // Attack: try forbidden acts through the interface whose refusals have another name or no target.
    let server = start().await;
    let admin = server.admin().await;
    server.add_person(MIA, "member").await;
    server.add_person(UNA, "auditor").await;
    let (una, cookie) = (server.access_token(UNA, OLD).await, server.cookie_of(UNA, OLD).await);
    let targets = targets(&server, &admin).await;
    let target = |text: &str| targets.iter().find(|(name, _)| text.contains(name));
    let fill = |text: &str| targets.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
    let mut wrong = Vec::new();
    for (action, api, body, console, fields) in ACTS {
        let (method, path) = api.split_once(' ').unwrap();
        let url = format!("{}/api/v1{}", server.url, fill(path));
        let request = server.client.request(method.parse().unwrap(), url).bearer_auth(&una);
        let (page, function) = console.split_once(' ').unwrap();
        let id = target(path).map(|(_, id)| format!("id={id}&")).unwrap_or_default();
        for (interface, request) in [
            ("API", request.header("content-type", "application/json").body(fill(body))),
            ("form", form(&server, &format!("/settings/{}", fill(page)), &cookie, &fill(fields))),
            ("function", form(&server, &format!("/_fn/{function}"), &cookie, &fill(&format!("{id}{fields}")))),
        ] {
            let reply = send(request).await;
            if reply.status != 403 {
                wrong.push(format!("{action} by {interface}: {} {}", reply.status, reply.code()));
            }
        }
    }
    let server = server.restart().await;
    for (action, api, ..) in ACTS {
        let target = target(api).map(|(_, id)| format!("&target={id}")).unwrap_or_default();
        let logged = events(&server, &admin.key, &format!("outcome=refused&action={action}{target}")).await;
        let count: i64 = logged.iter().map(|event| event["count"].as_i64().unwrap()).sum();
        if count != 3 {
            wrong.push(format!("{action}: {count} of 3 refusals"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_operation_that_changes_something_says_by_what_name_the_log_has_it() {
    // Attack: act through an operation whose action name is undocumented, so that no alert matches it.
    let server = start().await;
    let document = send(server.get("/api/openapi.json")).await.expect(200);
    let mut missing = Vec::new();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|item| item.as_object().unwrap()).filter(|(method, _)| *method != "get");
    for (_, operation) in operations {
        let needs = operation["security"].as_array().unwrap();
        let open = needs.iter().any(|need| need.as_object().unwrap().is_empty());
        let action = operation["x-audit-action"].as_str().and_then(|name| name.parse::<AuditAction>().ok());
        if !open && action.is_none() {
            missing.push(operation["operationId"].as_str().unwrap());
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
