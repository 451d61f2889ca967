//! OAuth clients that authenticate by certificate, and access tokens that are bound to it (RFC 8705).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    mutual_tls::{WITH_CERTIFICATE, World},
    tools::Workbench,
};
use crate::http::server::send;

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_client_gets_an_access_token_by_its_certificate_which_works_with_that_certificate_only() {
    let world = World::new().await;
    let bench = Workbench::new().with_password();
    let token = world.issue(&bench, json!({})).await;
    let form = format!("-d grant_type=client_credentials -d client_id={}", token.id);
    let (status, answer) = world.curl(&bench, "/oauth/token", &format!("{WITH_CERTIFICATE} {form}")).await;
    assert_eq!(status, 200, "{answer}");
    let access = answer["access_token"].as_str().unwrap();
    let der = bench.run("openssl x509 -in leaf.pem -noout -fingerprint -sha256").await;
    let digits = der.trim().rsplit('=').next().unwrap().replace(':', "");
    let bytes: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap()).collect();
    let confirmation = json!({"x5t#S256": URL_SAFE_NO_PAD.encode(bytes)});
    assert_eq!(claims(access)["cnf"], confirmation);

    bench.write("bearer", format!("Authorization: Bearer {access}"));
    let (status, me) = world.me(&bench, &format!("{WITH_CERTIFICATE} -H @bearer")).await;
    assert_eq!((status, &me["via"]), (200, &json!("access_token")));
    let (status, stolen) = world.me(&bench, "-H @bearer").await;
    assert_eq!((status, &stolen["code"]), (401, &json!("invalid_credential")));
    let other = Workbench::new().with_password();
    world.issue(&other, json!({})).await;
    other.write("bearer", format!("Authorization: Bearer {access}"));
    assert_eq!(world.me(&other, &format!("{WITH_CERTIFICATE} -H @bearer")).await.0, 401, "another certificate");

    // A resource server compares the certificate itself, and `verify` can't.
    let introspected = world.server.post("/oauth/introspect").bearer_auth(&world.admin.key).form(&[("token", access)]);
    let introspected = send(introspected).await.expect(200);
    assert_eq!((&introspected["active"], &introspected["cnf"]), (&json!(true), &confirmation));
    let verify = json!({"credential": access});
    let verified = send(world.server.post("/api/v1/verify").bearer_auth(&world.admin.key).json(&verify)).await;
    assert_eq!(verified.expect(200)["valid"], false);

    // It ends with its token.
    send(world.server.delete(&token.path()).bearer_auth(&world.admin.key)).await.expect(204);
    assert_eq!(world.me(&bench, &format!("{WITH_CERTIFICATE} -H @bearer")).await.0, 401);
}

#[tokio::test]
async fn an_access_token_from_a_secret_is_bound_to_nothing() {
    let world = World::new().await;
    let bench = Workbench::new().with_password();
    let token = world.issue(&bench, json!({})).await;
    let form = format!("-d grant_type=client_credentials -u {}:{}", token.id, token.secret);
    let (status, answer) = world.curl(&bench, "/oauth/token", &format!("{WITH_CERTIFICATE} {form}")).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(claims(answer["access_token"].as_str().unwrap()).get("cnf"), None);
}

#[tokio::test]
async fn the_client_id_must_be_that_of_the_certificate() {
    let world = World::new().await;
    let bench = Workbench::new().with_password();
    world.issue(&bench, json!({})).await;
    for client in [format!("-d client_id={}", world.admin.id), "-d client_id=x".to_owned(), String::new()] {
        let form = format!("{WITH_CERTIFICATE} -d grant_type=client_credentials {client}");
        let (status, refused) = world.curl(&bench, "/oauth/token", &form).await;
        assert_eq!((status, &refused["error"]), (401, &json!("invalid_client")), "{client}");
        let form = format!("{WITH_CERTIFICATE} -d token=x {client}");
        assert_eq!(world.curl(&bench, "/oauth/introspect", &form).await.0, 401, "{client}");
    }
}

#[tokio::test]
async fn the_metadata_says_whether_certificates_are_accepted() {
    let world = World::new().await;
    let metadata = "/.well-known/oauth-authorization-server";
    let with = send(world.server.get(metadata)).await.expect(200);
    assert_eq!(with["tls_client_certificate_bound_access_tokens"], true);
    assert_eq!(with["token_endpoint_auth_methods_supported"][3], "tls_client_auth");
    let plain = crate::http::server::Server::start().await;
    let without = send(plain.get(metadata)).await.expect(200);
    assert_eq!(without["tls_client_certificate_bound_access_tokens"], false);
    assert_eq!(without["token_endpoint_auth_methods_supported"].as_array().unwrap().len(), 3);
}
