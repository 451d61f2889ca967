//! Certificates that proxies pass on in a header. nginx and Envoy are real ones.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::tools::{Workbench, certificate, installed};
use crate::http::server::{CreatedToken, Server, send};

const NGINX: (&str, &str) = ("MINTKEY_CLIENT_CERT_HEADER", "x-ssl-client-cert=pem-urlencoded");
const ENVOY: (&str, &str) = ("MINTKEY_CLIENT_CERT_HEADER", "x-forwarded-client-cert=xfcc");
const LOOPBACK: (&str, &str) = ("MINTKEY_TRUSTED_PROXIES", "127.0.0.1");

/// A token with a certificate, whose files are on the bench.
async fn issued(server: &Server, bench: &Workbench) -> CreatedToken {
    let admin = server.admin().await;
    let token = certificate(server, &admin.key, json!({})).await;
    bench.unpack(&token).await;
    token
}

fn encoded(pem: &str) -> String {
    let pem = &pem[pem.find("-----BEGIN").unwrap()..];
    utf8_percent_encode(pem, NON_ALPHANUMERIC).to_string()
}

async fn me(server: &Server, name: &str, value: &str) -> (u16, Value) {
    let reply = send(server.get("/api/v1/me").header(name, value)).await;
    (reply.status, reply.json)
}

/// Makes the TLS certificate of a proxy, and finds a free port for it.
async fn place_of_proxy(bench: &Workbench) -> u16 {
    bench
        .run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout tls.key -out tls.pem",
        )
        .await;
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What `GET /api/v1/me` answers to `curl` with these arguments through the proxy, which may be starting.
async fn ask_proxy(bench: &Workbench, port: u16, arguments: &str) -> (String, Value) {
    let line = format!(
        "curl -s --retry 100 --retry-connrefused --retry-delay 0 --retry-max-time 10 --cacert tls.pem {arguments} \
         -o body -w %{{http_code}} https://localhost:{port}/api/v1/me"
    );
    let status = bench.run(&line).await;
    (status, serde_json::from_str(&bench.read("body")).unwrap_or_default())
}

#[tokio::test]
async fn a_trusted_proxy_passes_a_certificate_on_in_each_format() {
    for format in ["pem-urlencoded", "xfcc", "rfc9440"] {
        let header = format!("x-cert={format}");
        let server = Server::start_with(&[LOOPBACK, ("MINTKEY_CLIENT_CERT_HEADER", &header)]).await;
        let bench = Workbench::new().with_password();
        let token = issued(&server, &bench).await;
        let pem = bench.read("leaf.pem");
        bench.run("openssl x509 -in leaf.pem -outform der -out leaf.der").await;
        let base64 = bench.run("openssl base64 -A -in leaf.der").await;
        let value = match format {
            "xfcc" => format!("Hash=00;Cert=\"{}\";Subject=\"CN=a,b\"", encoded(&pem)),
            "rfc9440" => format!(":{base64}:"),
            _ => encoded(&pem),
        };
        let (status, body) = me(&server, "x-cert", &value).await;
        assert_eq!(
            (status, &body["via"], &body["token_id"]),
            (200, &json!("certificate"), &json!(token.id)),
            "{format}"
        );
        let (status, body) = me(&server, "x-cert", "nonsense").await;
        assert_eq!((status, &body["code"]), (401, &json!("credential_required")), "{format}");
        assert_eq!(me(&server, "x-cert", "").await.0, 401, "{format}: no certificate");
    }
}

#[tokio::test]
async fn the_header_of_anybody_else_is_ignored_and_logged() {
    let elsewhere = ("MINTKEY_TRUSTED_PROXIES", "192.0.2.1");
    let server = Server::start_with(&[elsewhere, NGINX]).await;
    let bench = Workbench::new().with_password();
    issued(&server, &bench).await;
    let value = encoded(&bench.read("leaf.pem"));
    let (status, body) = me(&server, "x-ssl-client-cert", &value).await;
    assert_eq!((status, &body["code"]), (401, &json!("credential_required")));
    server.log_lines_with("isn't from a trusted proxy").await;
}

#[tokio::test]
async fn nginx_lets_a_certificate_in_and_out_by_our_list_and_passes_it_on() {
    let server = Server::start_with(&[LOOPBACK, NGINX]).await;
    let bench = Workbench::new().with_password();
    let token = issued(&server, &bench).await;
    for name in ["ca.pem", "crl.pem"] {
        bench.download(&server, &token, name).await;
    }
    let port = place_of_proxy(&bench).await;
    let settings = |verify: &str| {
        format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr;\nevents {{}}\n\
             http {{ access_log off; client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; \
             scgi_temp_path t; server {{ listen 127.0.0.1:{port} ssl; ssl_certificate tls.pem; ssl_certificate_key tls.key; \
             {verify} location / {{ proxy_pass {}; proxy_set_header Host $host; \
             proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert; }} }} }}\n",
            server.url
        )
    };
    let ask = |arguments| ask_proxy(&bench, port, arguments);
    // nginx checks nothing itself: Mintkey does.
    bench.write("nginx.conf", settings("ssl_verify_client optional_no_ca;"));
    let mut nginx = bench.start("nginx -p . -e stderr -c nginx.conf");
    let (status, me) = ask("--cert leaf.pem --key key.pem").await;
    assert_eq!((status.as_str(), &me["via"]), ("200", &json!("certificate")), "{me}");
    assert_eq!(ask("").await.0, "401");
    // What the client sends itself doesn't arrive.
    let forged = bench.path("forged");
    std::fs::write(&forged, format!("X-SSL-Client-Cert: {}", encoded(&bench.read("leaf.pem")))).unwrap();
    assert_eq!(ask("-H @forged").await.0, "401");
    nginx.kill().await.unwrap();

    // nginx checks itself, with what is published.
    bench.write("nginx.conf", settings("ssl_verify_client on; ssl_client_certificate ca.pem; ssl_crl crl.pem;"));
    let mut nginx = bench.start("nginx -p . -e stderr -c nginx.conf");
    assert_eq!(ask("--cert leaf.pem --key key.pem").await.0, "200");
    assert_eq!(ask("").await.0, "400", "no certificate");
    nginx.kill().await.unwrap();
    let admin = server.admin().await;
    send(server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    bench.download(&server, &token, "crl.pem").await;
    let _nginx = bench.start("nginx -p . -e stderr -c nginx.conf");
    assert_eq!(ask("--cert leaf.pem --key key.pem").await.0, "400", "revoked");
}

/// The YAML of `docs/certificates.md` for Envoy, with these files, this port and this server in its place.
fn documented_envoy(port: u16, server: &Server) -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/certificates.md");
    let page = std::fs::read_to_string(page).unwrap();
    let yaml = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let mintkey = server.address().rsplit(':').next().unwrap();
    let mut settings = yaml.to_owned();
    for (documented, here) in [
        ("0.0.0.0, port_value: 443", &format!("127.0.0.1, port_value: {port}")),
        ("127.0.0.1, port_value: 8080", &format!("127.0.0.1, port_value: {mintkey}")),
    ] {
        assert!(settings.contains(documented), "{documented}");
        settings = settings.replace(documented, here);
    }
    settings
}

#[tokio::test]
async fn envoy_as_documented_passes_a_certificate_on_and_replaces_what_its_client_sent() {
    let server = Server::start_with(&[LOOPBACK, ENVOY]).await;
    let bench = Workbench::new().with_password();
    let token = issued(&server, &bench).await;
    let port = place_of_proxy(&bench).await;
    bench.write("envoy.yaml", documented_envoy(port, &server));
    let envoy = installed("envoy");
    let _envoy = bench.start(&format!("{envoy} -c envoy.yaml --concurrency 1 --use-dynamic-base-id"));
    let ask = |arguments| ask_proxy(&bench, port, arguments);
    let with_certificate = "--cert leaf.pem --key key.pem";
    let (status, body) = ask(with_certificate).await;
    assert_eq!(
        (status.as_str(), &body["via"], &body["token_id"]),
        ("200", &json!("certificate"), &json!(token.id)),
        "{body}"
    );
    assert_eq!(ask("").await.0, "401");

    let forged = format!("X-Forwarded-Client-Cert: Cert=\"{}\"", encoded(&bench.read("leaf.pem")));
    bench.write("forged", &forged);
    let (status, refused) = ask("-H @forged").await;
    assert_eq!((status.as_str(), &refused["code"]), ("401", &json!("credential_required")));
    // Beside a certificate of somebody else.
    bench
        .run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=a,b;c \
             -keyout other.key -out other.pem",
        )
        .await;
    let (status, refused) = ask("--cert other.pem --key other.key -H @forged").await;
    assert_eq!((status.as_str(), &refused["code"]), ("401", &json!("credential_required")));
    // Mintkey itself would believe it from this address.
    let (name, value) = forged.split_once(": ").unwrap();
    assert_eq!(me(&server, name, value).await.0, 200);

    let admin = server.admin().await;
    send(server.post(&format!("{}/invalidate", token.path())).bearer_auth(&admin.key)).await.expect(200);
    let (status, refused) = ask(with_certificate).await;
    assert_eq!((status.as_str(), &refused["code"]), ("401", &json!("invalid_credential")));
}
