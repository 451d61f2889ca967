//! Every form and server function of the console, submitted as every kind of user.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use reqwest::header;

use super::fixture::{
    AUDITOR, AUTHORITY_PEM, Fixture, MEMBER, OTHER_TENANT,
    Target::{self, Cluster, Invitation, Machine, Nothing, Person, Scope, Token},
};
use crate::http::{
    reply::Reply,
    server::{EMAIL, PASSWORD, Server, send},
};

/// A form's path or a server function's endpoint, its target, its fields, and the expected results in the order of
/// [`PEOPLE`]. In the fields, `UNIQUE` is a new name, `LABEL` the target's label, `HEIR` the member's ID, `PEM` a certificate.
type Row = (&'static str, Target, &'static str, [&'static str; 5]);

const PEOPLE: [(&str, Option<&str>); 5] = [
    ("admin", Some(EMAIL)),
    ("member", Some(MEMBER)),
    ("auditor", Some(AUDITOR)),
    ("nobody", None),
    ("other tenant", Some(OTHER_TENANT)),
];

/// Success, or a redirect after it.
const OK: &str = "ok";
/// A form without a session: redirect to sign-in.
const GATE: &str = "sign in";
/// A server function without a session.
const NEED: &str = "401";
/// Missing scope, or forbidden.
const NO: &str = "403";
const NONE: &str = "404";
/// Invalid input.
const BAD: &str = "400";
/// A new cluster.
const CLUSTER: &str = "name=UNIQUE&server=https://a&ca_pem=PEM";
const TOKEN: &str = "label=UNIQUE&patterns=mintkey:tokens.read&expires=30d";

#[rustfmt::skip]
const EXPECTED: &[Row] = &[
    // path or endpoint, target, fields                    admin member auditor nobody other tenant
    ("/login",                        Nothing, "email=a@example.com&password=wrong",
                                                           ["401", "401", "401", "401", "401"]),
    ("/setup",                        Nothing, "organization=a&email=a@example.com&password=x&repeat_password=x",
                                                           [NONE, NONE, NONE, NONE, NONE]),
    ("/theme",                        Nothing, "theme=dark", [OK, OK,   OK,   OK,   OK  ]),
    ("/settings/tokens",              Nothing, "",         [OK,   OK,   OK,   GATE, OK  ]),
    ("/settings/tokens/new",          Nothing, TOKEN,      [OK,   OK,   NO,   GATE, OK  ]),
    ("/settings/tokens/{id}",         Token,   "",         [OK,   OK,   OK,   GATE, OK  ]),
    ("/settings/tokens/{id}/edit",    Token,   TOKEN,      [NO,   OK,   NO,   GATE, NONE]),
    ("/settings/tokens/{id}/rotate",  Token,   "overlap=", [NO,   OK,   NO,   GATE, NONE]),
    // Without a previous secret there is no overlap to end. Only the owner gets this error.
    ("/settings/tokens/{id}/overlap", Token,   "until=now",   [NO,   BAD,   NO,   GATE, NONE]),
    ("/settings/tokens/{id}/client-keys", Token, "keys=",  [NO,   OK,   NO,   GATE, NONE]),
    ("/settings/tokens/{id}/invalidate", Token, "reason=", [OK,   OK,   NO,   GATE, NONE]),
    ("/settings/tokens/{id}/delete",  Token,   "confirm=LABEL", [OK,   OK,   NO,   GATE, NONE]),
    // The selection is in the address.
    ("/settings/tokens/bulk",         Nothing, "",         [BAD,  BAD,  BAD,  GATE, BAD ]),
    ("/settings/service-accounts/new", Nothing, "name=UNIQUE&role=member",
                                                           [OK,   NO,   NO,   GATE, OK  ]),
    // The target when the dialog with a new token's secret is closed.
    ("/settings/service-accounts/{id}", Machine, "",       [OK,   OK,   OK,   GATE, OK  ]),
    ("/settings/service-accounts/{id}/edit", Machine, "name=UNIQUE&role=member",
                                                           [OK,   NO,   NO,   GATE, NONE]),
    ("/settings/service-accounts/{id}/suspend", Machine, "", [OK, NO,   NO,   GATE, NONE]),
    ("/settings/service-accounts/{id}/activate", Machine, "", [OK, NO,  NO,   GATE, NONE]),
    ("/settings/service-accounts/{id}/decommission", Machine, "", [OK, NO, NO, GATE, NONE]),
    ("/settings/scopes/new",          Nothing, "name=UNIQUE", [OK, NO,  NO,   GATE, OK  ]),
    ("/settings/scopes/{id}/edit",    Scope,   "name=UNIQUE", [OK, NO,  NO,   GATE, NONE]),
    ("/settings/scopes/{id}/delete",  Scope,   "",         [OK,   NO,   NO,   GATE, NONE]),
    ("/settings/clusters/new",        Nothing, CLUSTER,    [OK,   NO,   NO,   GATE, OK  ]),
    ("/settings/clusters/{id}/edit",  Cluster, CLUSTER,    [OK,   NO,   NO,   GATE, NONE]),
    ("/settings/clusters/{id}/delete", Cluster, "",        [OK,   NO,   NO,   GATE, NONE]),
    ("/settings/members/invite",      Nothing, "email=UNIQUE@example.com&role=member",
                                                           [OK,   NO,   NO,   GATE, OK  ]),
    ("/settings/members/invitations/{id}/withdraw", Invitation, "", [OK, NO, NO, GATE, NONE]),
    ("/settings/members/{id}/role",   Person,  "role=member", [OK, NO,  NO,   GATE, NONE]),
    ("/settings/members/{id}/deactivate", Person, "",      [OK,   NO,   NO,   GATE, NONE]),
    ("/settings/members/{id}/activate", Person, "",        [OK,   NO,   NO,   GATE, NONE]),
    ("/settings/members/{id}/reset",  Person,  "",         [OK,   NO,   NO,   GATE, NONE]),
    ("/settings/members/{id}/hand-over", Person, "to_id=HEIR", [OK, NO, NO,   GATE, NONE]),
    ("/settings/organization",        Nothing, "name=UNIQUE&default_token_ttl=90d",
                                                           [OK,   NO,   NO,   GATE, OK  ]),
    // Who may bring an authority gets to its errors.
    ("/settings/organization/certificates", Nothing, "certificates=x&private_key=y",
                                                           [BAD,  NO,   NO,   GATE, BAD ]),
    ("/settings/system",              Nothing, "",         [OK,   NO,   NO,   GATE, OK  ]),
    ("/switch",                       Nothing, "organization=01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
                                                           [NONE, NONE, NONE, GATE, NONE]),
    ("/invite",                       Nothing, "password=x&repeat_password=x", [NONE, NONE, NONE, NONE, NONE]),
    ("/reset",                        Nothing, "password=x&repeat_password=x", [NONE, NONE, NONE, NONE, NONE]),
    ("/settings/profile/password",    Nothing, "current_password=x&new_password=y&repeat_password=y",
                                                           [BAD,  BAD,  BAD,  GATE, BAD ]),
    ("/settings/profile/sessions",    Nothing, "id=x",     [NONE, NONE, NONE, GATE, NONE]),
    ("/settings/profile/sessions/others", Nothing, "",     [OK,   OK,   OK,   GATE, OK  ]),

    ("session/begin",                 Nothing, "email=a@example.com&password=wrong",
                                                           ["401", "401", "401", "401", "401"]),
    ("setup",                         Nothing, "organization=a&email=a@example.com&password=x&repeat_password=x",
                                                           [NONE, NONE, NONE, NONE, NONE]),
    ("tokens/create",                 Nothing, TOKEN,      [OK,   OK,   NO,   NEED, OK  ]),
    ("tokens/edit",                   Token,   TOKEN,      [NO,   OK,   NO,   NEED, NONE]),
    ("tokens/rotate",                 Token,   "overlap=", [NO,   OK,   NO,   NEED, NONE]),
    ("tokens/overlap",                Token,   "until=now",   [NO,   BAD,   NO,   NEED, NONE]),
    ("tokens/client-keys",            Token,   "keys=",    [NO,   OK,   NO,   NEED, NONE]),
    ("tokens/invalidate",             Token,   "reason=",  [OK,   OK,   NO,   NEED, NONE]),
    ("tokens/delete",                 Token,   "confirm=LABEL", [OK,   OK,   NO,   NEED, NONE]),
    ("tokens/bulk",                   Nothing, "action=delete&ids[0]=01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
                                                           [OK,   OK,   NO,   NEED, OK  ]),
    ("service-accounts/create",       Nothing, "name=UNIQUE&role=member", [OK, NO, NO, NEED, OK]),
    ("service-accounts/edit",         Machine, "name=UNIQUE&role=member", [OK, NO, NO, NEED, NONE]),
    ("service-accounts/suspend",      Machine, "",         [OK,   NO,   NO,   NEED, NONE]),
    ("service-accounts/activate",     Machine, "",         [OK,   NO,   NO,   NEED, NONE]),
    ("service-accounts/decommission", Machine, "",         [OK,   NO,   NO,   NEED, NONE]),
    ("scopes/create",                 Nothing, "name=UNIQUE", [OK, NO,  NO,   NEED, OK  ]),
    ("scopes/edit",                   Scope,   "name=UNIQUE", [OK, NO,  NO,   NEED, NONE]),
    ("scopes/delete",                 Scope,   "",         [OK,   NO,   NO,   NEED, NONE]),
    ("clusters/create",               Nothing, CLUSTER,    [OK,   NO,   NO,   NEED, OK  ]),
    ("clusters/edit",                 Cluster, CLUSTER,    [OK,   NO,   NO,   NEED, NONE]),
    ("clusters/delete",               Cluster, "",         [OK,   NO,   NO,   NEED, NONE]),
    ("members/invite",                Nothing, "email=UNIQUE@example.com&role=member", [OK, NO, NO, NEED, OK]),
    ("members/withdraw-invitation",   Invitation, "",      [OK,   NO,   NO,   NEED, NONE]),
    ("members/role",                  Person,  "role=member", [OK, NO,  NO,   NEED, NONE]),
    ("members/deactivate",            Person,  "",         [OK,   NO,   NO,   NEED, NONE]),
    ("members/activate",              Person,  "",         [OK,   NO,   NO,   NEED, NONE]),
    ("members/reset-link",            Person,  "",         [OK,   NO,   NO,   NEED, NONE]),
    ("members/hand-over",             Person,  "to_id=HEIR", [OK, NO,   NO,   NEED, NONE]),
    ("organization/edit",             Nothing, "name=UNIQUE&default_token_ttl=90d", [OK, NO, NO, NEED, OK]),
    ("organization/bring-authority",  Nothing, "certificates=x&private_key=y", [BAD, NO, NO, NEED, BAD]),
    ("system/backup",                 Nothing, "",         [OK,   NO,   NO,   NEED, OK  ]),
    ("session/switch",                Nothing, "organization=01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
                                                           [NONE, NONE, NONE, NEED, NONE]),
    ("invite/accept",                 Nothing, "password=x&repeat_password=x", [NONE, NONE, NONE, NONE, NONE]),
    ("reset",                         Nothing, "password=x&repeat_password=x", [NONE, NONE, NONE, NONE, NONE]),
    ("profile/password",              Nothing, "current_password=x&new_password=y&repeat_password=y",
                                                           [BAD,  BAD,  BAD,  NEED, BAD ]),
    ("profile/sessions/end",          Nothing, "",         [NONE, NONE, NONE, NEED, NONE]),
    ("profile/sessions/end-others",   Nothing, "",         [OK,   OK,   OK,   NEED, OK  ]),
    // These end the session that sends them.
    ("session/end",                   Nothing, "",         [OK,   OK,   OK,   OK,   OK  ]),
    ("/logout",                       Nothing, "",         [OK,   OK,   OK,   GATE, OK  ]),
];

#[tokio::test]
async fn every_form_and_server_function_answers_everybody_as_the_table_says() {
    let fixture = Fixture::new().await;
    let mut wrong = Vec::new();
    let mut cookies = sign_everybody_in(&fixture.server).await;
    for (name, target, fields, expected) in EXPECTED {
        for (index, expected) in expected.iter().enumerate() {
            let id = fixture.target(*target).await;
            let reply = send_form(&fixture, name, &id, fields, cookies[index].as_deref()).await;
            let answer = answer(&reply);
            if answer != *expected {
                let text: String = reply.text.chars().take(300).collect();
                wrong.push(format!("{name} by {}: expected {expected}, got {answer} {text}", PEOPLE[index].0));
            }
        }
        if *name == "session/end" {
            cookies = sign_everybody_in(&fixture.server).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_form_and_no_server_function_of_the_console_is_missing_above() {
    let known: BTreeSet<String> = EXPECTED.iter().map(|row| row.0.to_owned()).collect();
    let mut there = BTreeSet::new();
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../app/src")) {
        there.extend(forms(&source));
        let functions = source.split("#[server(").skip(1).filter(|rest| !rest.starts_with(['d', 'f']));
        there.extend(functions.map(|rest| {
            let (attribute, _) = rest.split_once(")]").unwrap();
            quoted(attribute.split_once("endpoint = ").expect("a server function names its endpoint").1)
        }));
    }
    let differing: Vec<_> = known.symmetric_difference(&there).collect();
    assert!(differing.is_empty(), "without a row, or without a form or server function: {differing:?}");
    assert_eq!(known.len(), EXPECTED.len(), "one of them has two rows");
}

/// The paths of all POST routes.
fn forms(source: &str) -> impl Iterator<Item = String> {
    let routes = source.split(".route(").skip(1);
    routes.filter_map(|rest| {
        // Finds the end of the call, across nested brackets.
        let mut depth = 1;
        let end = rest.find(|c| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let route = &rest[..end.unwrap()];
        let path = quoted(route);
        (route.contains("post(") && path != "/_fn/{*name}").then_some(path)
    })
}

/// The text between the first two quotation marks.
fn quoted(text: &str) -> String {
    text.split('"').nth(1).unwrap().to_owned()
}

fn sources(folder: &Path) -> Vec<String> {
    let entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
    let texts = files.iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    texts.map(|path| fs::read_to_string(path).unwrap()).chain(folders.iter().flat_map(|path| sources(path))).collect()
}

async fn sign_everybody_in(server: &Server) -> Vec<Option<String>> {
    let mut cookies = Vec::new();
    for (_, email) in PEOPLE {
        let Some(email) = email else {
            cookies.push(None);
            continue;
        };
        let form =
            server.post("/login").header(header::ORIGIN, &server.url).form(&[("email", email), ("password", PASSWORD)]);
        let reply = send(form).await;
        assert_eq!(reply.status, 303, "{}", reply.text);
        let set: Vec<&str> =
            reply.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
        let cookie = set.iter().find(|cookie| cookie.starts_with("mintkey_session_")).unwrap();
        cookies.push(cookie.split(';').next().map(str::to_owned));
    }
    cookies
}

async fn send_form(fixture: &Fixture, name: &str, id: &str, fields: &str, cookie: Option<&str>) -> Reply {
    let form = name.starts_with('/');
    let path = if form { name.replace("{id}", id) } else { format!("/_fn/{name}") };
    let mut fields = fields
        .replace("LABEL", &fixture.latest())
        .replace("UNIQUE", &fixture.unique())
        .replace("HEIR", &fixture.member)
        .replace("PEM", &AUTHORITY_PEM.replace('+', "%2B"));
    if !form && !id.is_empty() {
        fields = format!("id={id}&{fields}");
    }
    let mut request = fixture
        .server
        .post(&path)
        .header(header::ORIGIN, &fixture.server.url)
        .header(header::ACCEPT, if form { "text/html" } else { "application/json" })
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    send(request.body(fields)).await
}

fn answer(reply: &Reply) -> String {
    match reply.status {
        303 if reply.header("location").starts_with("/login?next=") => GATE.to_owned(),
        200..400 => OK.to_owned(),
        status => status.to_string(),
    }
}
