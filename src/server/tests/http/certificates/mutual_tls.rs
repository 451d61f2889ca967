//! Certificates as credentials, in connections of `curl`, OpenSSL and Python.

use serde_json::{Value, json};

use super::tools::{BUNDLE_PASSWORD, Workbench, certificate, installed};
use crate::http::{
    server::{CreatedToken, Server, send},
    tls::{self, certificate::Certificate},
};

/// A server with TLS and its administrator.
pub(super) struct World {
    pub(super) certificate: Certificate,
    pub(super) server: Server,
    pub(super) admin: CreatedToken,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&'static str, &str)]) -> Self {
        let certificate = Certificate::new();
        let server = tls::start_with(&certificate, settings).await;
        let admin = server.admin().await;
        Self { certificate, server, admin }
    }

    /// What `GET /api/v1/me` answers to `curl` with these arguments.
    pub(super) async fn me(&self, bench: &Workbench, arguments: &str) -> (u16, Value) {
        self.curl(bench, "/api/v1/me", arguments).await
    }

    pub(super) async fn curl(&self, bench: &Workbench, path: &str, arguments: &str) -> (u16, Value) {
        let url = format!("https://{}{path}", self.server.address());
        let trusted = self.certificate.file();
        let line = format!("curl -sS --cacert {} {arguments} -o body -w %{{http_code}} {url}", trusted.display());
        let status = bench.run(&line).await.parse().unwrap();
        (status, serde_json::from_str(&bench.read("body")).unwrap_or_default())
    }

    pub(super) async fn issue(&self, bench: &Workbench, fields: Value) -> CreatedToken {
        let token = certificate(&self.server, &self.admin.key, fields).await;
        bench.unpack(&token).await;
        token
    }
}

/// Invalidates its own token between two requests on a connection, and prints what they answer and how many connections it
/// opened.
const SESSION: &str = "
import json, requests, sys
url, trusted, key, token = sys.argv[1:]
session = requests.Session()
session.cert = ('leaf.pem', 'key.pem')
before = session.get(url + '/api/v1/me', verify=trusted)
bearer = {'Authorization': 'Bearer ' + key}
requests.post(f'{url}/api/v1/tokens/{token}/invalidate', headers=bearer, verify=trusted).raise_for_status()
after = session.get(url + '/api/v1/me', verify=trusted)
pools = session.get_adapter(url).poolmanager.pools
connections = [pools[key].num_connections for key in pools.keys()]
print(json.dumps([before.status_code, before.json(), after.status_code, after.json(), connections]))
";

/// The arguments of `curl` for the certificate on the bench.
pub(super) const WITH_CERTIFICATE: &str = "--cert leaf.pem --key key.pem";

#[tokio::test]
async fn curl_and_python_authenticate_with_a_certificate_and_have_the_rights_of_its_token() {
    let world = World::new().await;
    let bench = Workbench::new().with_password();
    let token = world.issue(&bench, json!({"scopes": ["mintkey:tokens.read"]})).await;
    for version in ["--tlsv1.3", "--tls-max 1.2"] {
        let (status, me) = world.me(&bench, &format!("{version} {WITH_CERTIFICATE}")).await;
        assert_eq!((status, &me["via"]), (200, &json!("certificate")), "{version} {me}");
        assert_eq!((&me["token_id"], &me["scopes"]), (&json!(token.id), &json!(["mintkey:tokens.read"])));
    }
    // The bundle itself, as seed 001 has it.
    bench.write("config", format!("cert = \"b.p12:{BUNDLE_PASSWORD}\"\ncert-type = P12\n"));
    assert_eq!(world.me(&bench, "-K config").await.1["via"], "certificate");
    bench.write(
        "get.py",
        format!(
            "import ssl, sys, urllib.request\n\
             context = ssl.create_default_context(cafile={:?})\n\
             context.load_cert_chain('leaf.pem', 'key.pem')\n\
             print(urllib.request.urlopen('https://{}/api/v1/me', context=context).read().decode())\n",
            world.certificate.file(),
            world.server.address(),
        ),
    );
    let me: Value = serde_json::from_str(&bench.run("/usr/bin/python3 get.py").await).unwrap();
    assert_eq!(me["via"], "certificate");

    assert_eq!(world.curl(&bench, "/api/v1/scopes", WITH_CERTIFICATE).await.0, 403);
    let shown = send(world.server.get(&token.path()).bearer_auth(&world.admin.key)).await.expect(200);
    assert!(shown["last_used_at"].is_string());
}

#[tokio::test]
async fn a_certificate_stops_with_its_token_on_connections_that_are_open() {
    let world = World::new().await;
    for act in ["invalidate", "rotate", "delete"] {
        let bench = Workbench::new().with_password();
        let token = world.issue(&bench, json!({})).await;
        let identity = [bench.read("key.pem"), bench.read("leaf.pem")].concat();
        let trusted = reqwest::Certificate::from_pem(&world.certificate.pem()).unwrap();
        let client = reqwest::Client::builder()
            .tls_certs_only([trusted])
            .identity(reqwest::Identity::from_pem(identity.as_bytes()).unwrap())
            .build()
            .unwrap();
        let me = || send(client.get(format!("{}/api/v1/me", world.server.url)));
        assert_eq!(me().await.expect(200)["via"], "certificate");
        let key = &world.admin.key;
        let post = |path: &str, body| send(world.server.post(path).bearer_auth(key).json(&body));
        match act {
            "invalidate" => post(&format!("{}/invalidate", token.path()), json!({})).await.expect(200),
            "rotate" => {
                post(&format!("{}/rotate", token.path()), json!({"password": BUNDLE_PASSWORD})).await.expect(200)
            }
            _ => send(world.server.delete(&token.path()).bearer_auth(key)).await.expect(204),
        };
        me().await.refused(401, "invalid_credential");
    }
}

#[tokio::test]
async fn a_session_of_requests_authenticates_with_a_certificate_until_its_token_is_invalidated() {
    let world = World::new().await;
    let bench = Workbench::new().with_password();
    let token = world.issue(&bench, json!({})).await;
    bench.write("session.py", SESSION);
    let (python, url, trusted) = (installed("python"), &world.server.url, world.certificate.file());
    let line = format!("{python} session.py {url} {} {} {}", trusted.display(), world.admin.key, token.id);
    let seen: Value = serde_json::from_str(&bench.run(&line).await).unwrap();
    assert_eq!(
        (&seen[0], &seen[1]["via"], &seen[1]["token_id"]),
        (&json!(200), &json!("certificate"), &json!(token.id))
    );
    assert_eq!((&seen[2], &seen[3]["code"]), (&json!(401), &json!("invalid_credential")));
    assert_eq!(seen[4], json!([1]), "one connection had both requests");
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused_as_any_wrong_credential_if_it_claims_a_token() {
    let world = World::with(&[("RUST_LOG", "info,mintkey=debug,mintkey_service=debug")]).await;
    let bench = Workbench::new().with_password();
    let token = world.issue(&bench, json!({})).await;
    let claim = format!("-addext subjectAltName=URI:urn:mintkey:token:{}", token.id);
    let made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x";
    bench.run(&format!("{made} {claim} -keyout forged.key -out forged.pem")).await;
    let (status, forged) = world.me(&bench, "--cert forged.pem --key forged.key").await;
    assert_eq!((status, &forged["code"]), (401, &json!("invalid_credential")));
    world.server.log_lines_with("wasn't issued here").await;
    // The right certificate without its key makes no connection.
    let trusted = world.certificate.file();
    let stolen = format!("--cert leaf.pem --key forged.key https://{}/healthz", world.server.address());
    bench.fails(&format!("curl -sS --cacert {} {stolen}", trusted.display())).await;

    // One that claims nothing is nobody's, and disturbs nothing.
    bench.run(&format!("{made} -keyout other.key -out other.pem")).await;
    let other = "--cert other.pem --key other.key";
    assert_eq!(world.me(&bench, other).await.1["code"], "credential_required");
    bench.write("header", format!("Authorization: Bearer {}\n", world.admin.key));
    assert_eq!(world.me(&bench, &format!("{other} -H @header")).await.1["via"], "api_key");
    // A credential in a header decides before the certificate.
    let me = world.me(&bench, &format!("{WITH_CERTIFICATE} -H @header")).await.1;
    assert_eq!((&me["via"], &me["token_id"]), (&json!("api_key"), &json!(world.admin.id)));
    let (status, _) = world.me(&bench, &format!("{WITH_CERTIFICATE} -H Authorization:wrong")).await;
    assert_eq!(status, 401, "no fall-back from a wrong credential");
}

#[tokio::test]
async fn the_end_the_addresses_and_the_owner_of_its_token_bind_a_certificate() {
    let world = World::new().await;
    let bench = Workbench::new().with_password();
    let token = world.issue(&bench, json!({"allowed_cidrs": ["192.0.2.0/24"]})).await;
    assert_eq!(world.me(&bench, WITH_CERTIFICATE).await.1["code"], "invalid_credential", "another address");
    let edit = |body: Value| send(world.server.patch(&token.path()).bearer_auth(&world.admin.key).json(&body));
    edit(json!({"allowed_cidrs": []})).await.expect(200);
    assert_eq!(world.me(&bench, WITH_CERTIFICATE).await.0, 200);

    let short = world.issue(&bench, json!({"ttl": "2s"})).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(world.me(&bench, WITH_CERTIFICATE).await.1["code"], "credential_expired");
    // A later end of the token doesn't count for the certificate, which has ended itself.
    let later = json!({"ttl": null, "expires_at": "2030-01-01T00:00:00Z"});
    let later = json!({"expires_at": later["expires_at"]});
    send(world.server.patch(&short.path()).bearer_auth(&world.admin.key).json(&later)).await.expect(200);
    world.server.me(&short.key).await.expect(200);
    assert_eq!(world.me(&bench, WITH_CERTIFICATE).await.0, 401);
}

#[tokio::test]
async fn pages_take_no_certificate_and_other_sites_cannot_use_a_browsers() {
    let world = World::new().await;
    let bench = Workbench::new().with_password();
    world.issue(&bench, json!({})).await;
    for page in ["/settings/tokens", "/_fn/tokens/create"] {
        let (status, _) = world.curl(&bench, page, WITH_CERTIFICATE).await;
        assert!([303, 401, 403, 404, 405].contains(&status), "{page}: {status}");
    }
    let post = "-X POST -H Content-Type:application/json -d {\"label\":\"a\",\"scopes\":[\"*\"]}";
    let (status, _) = world.curl(&bench, "/api/v1/tokens", &format!("{WITH_CERTIFICATE} {post}")).await;
    assert_eq!(status, 201);
    let events = send(world.server.get("/api/v1/audit?action=token.create").bearer_auth(&world.admin.key)).await;
    assert_eq!(events.expect(200)["data"][0]["via"], "certificate");
    let elsewhere = format!("{WITH_CERTIFICATE} {post} -H Origin:https://evil.example");
    let (status, refused) = world.curl(&bench, "/api/v1/tokens", &elsewhere).await;
    assert_eq!((status, &refused["code"]), (403, &json!("cross_origin")));
}
