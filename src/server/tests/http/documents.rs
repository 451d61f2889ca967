//! Compares the OpenAPI document and its page with the server.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    certificates::tools::certificate,
    server::{Server, send},
};

#[tokio::test]
async fn every_operation_of_the_document_answers_and_every_other_method_does_not() {
    let server = Server::start().await;
    let document = send(server.get("/api/openapi.json")).await.expect(200);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], server.url);
    // An organization whose certificates there are to download.
    let admin = server.admin().await;
    certificate(&server, &admin.key, json!({})).await;
    let organization = admin.json["organization_id"].as_str().unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        let id = if path.starts_with("/pki/") { organization } else { "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01" };
        let url = format!("{}{}", server.url, path.replace("{id}", id));
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let reply = send(server.client.request(method.clone(), &url)).await;
            let described = item.get(method.as_str().to_lowercase()).is_some();
            assert_eq!(reply.status != 405, described, "{method} {path}: {}", reply.status);
            assert_ne!(reply.status, 404, "{method} {path}");
            if described {
                let answers = &item[method.as_str().to_lowercase()]["responses"];
                assert!(answers.get(reply.status.to_string()).is_some(), "{method} {path}: {}", reply.status);
            }
        }
    }
}

#[tokio::test]
async fn operations_that_need_a_credential_say_so() {
    let server = Server::start().await;
    let document = send(server.get("/api/openapi.json")).await.expect(200);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, operation) in item.as_object().unwrap() {
            let guarded = operation["security"].as_array().unwrap().iter().all(|one| one != &serde_json::json!({}));
            let url = format!("{}{}", server.url, path.replace("{id}", "x"));
            let method: Method = verb.to_uppercase().parse().unwrap();
            let reply = send(server.client.request(method, url)).await;
            assert_eq!(reply.code() == "credential_required", guarded, "{verb} {path}");
        }
    }
}

#[tokio::test]
async fn the_page_is_complete_without_script_under_a_strict_policy() {
    let server = Server::start().await;
    let page = send(server.get("/api/docs")).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    for rule in ["default-src 'none'", "style-src 'sha256-", "frame-ancestors 'none'", "form-action 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(!page.text.contains(" style="));
    let document = send(server.get("/api/openapi.json")).await.expect(200);
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(page.text.contains(path.as_str()), "{path}");
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.text.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}

#[tokio::test]
async fn the_pages_script_is_a_file_of_its_own_that_browsers_keep() {
    let server = Server::start().await;
    let page = send(server.get("/api/docs")).await.text;
    let path = page.split("<script type=\"module\" src=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = send(server.get(path)).await;
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert_eq!(script.header("x-content-type-options"), "nosniff");
    for known in [script.header("etag"), "*"] {
        let again = send(server.get(path).header("if-none-match", known)).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
    }
}

#[tokio::test]
async fn a_problems_type_leads_to_its_place_on_the_page() {
    let server = Server::start().await;
    let page = send(server.get("/api/docs")).await.text;
    for path in ["/api/v1/me", "/api/nothing"] {
        let problem = send(server.get(path)).await.json;
        let (url, anchor) = problem["type"].as_str().unwrap().split_once('#').unwrap();
        assert_eq!(url, format!("{}/api/docs", server.url));
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }
}

#[tokio::test]
async fn the_public_keys_are_there_without_a_private_part() {
    let server = Server::start().await;
    let keys = send(server.get("/.well-known/jwks.json")).await.expect(200);
    let key = &keys["keys"][0];
    for part in ["kty", "kid", "alg"] {
        assert!(key[part].is_string(), "{keys}");
    }
    assert_eq!(key["d"], Value::Null);
    let access = server.sign_in().await;
    let header = access.split('.').next().unwrap();
    let header = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!((&header["kid"], &header["typ"]), (&key["kid"], &Value::from("at+jwt")));
}

#[tokio::test]
async fn health_and_readiness_answer_without_a_credential() {
    let server = Server::start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(send(server.get(path)).await.expect(200)["status"], "ok");
    }
}
