//! The curl commands of /api/docs.

use std::process::Stdio;

use serde_json::json;
use tokio::process::Command;

use super::super::server::{Server, send};

/// Discards the response's body and prints its status.
const PRELUDE: &str = "curl() { command curl --silent --output /dev/null --write-out '%{http_code}' \"$@\"; }\n";

/// Runs each example unchanged. The IDs in the paths don't exist, hence 404; objects may exist already, hence 409.
#[tokio::test]
async fn every_example_of_the_api_page_is_a_request_that_is_accepted() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.add_scopes(&admin.key, &["plants.read", "plants.write"]).await;
    let client = server.create_token(&admin.key, json!({"label": "client", "scopes": ["plants.read"]})).await;
    let token = send(
        server
            .post("/oauth/token")
            .basic_auth(&client.id, Some(&client.secret))
            .form(&[("grant_type", "client_credentials")]),
    );
    let token = token.await.expect(200)["access_token"].as_str().unwrap().to_owned();
    let page = send(server.get("/api/docs")).await.text;
    let examples = examples(&page);
    assert!(examples.len() > 40, "{}", examples.len());
    for example in &examples {
        let output = Command::new("sh")
            .args(["-euc", &format!("{PRELUDE}{example}")])
            .env("MINTKEY_API_KEY", &admin.key)
            .env("CLIENT_ID", &client.id)
            .env("CLIENT_SECRET", &client.secret)
            .env("TOKEN", &token)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let status = String::from_utf8(output.stdout).unwrap();
        let expected: &[&str] = match example {
            example if example.contains("/oauth/") => &["200"],
            // The secret in this example is abbreviated.
            example if example.contains("/api/v1/login") => &["401"],
            // So are the certificate and its key in this one.
            example if example.contains("/certificate-authorities") || example.contains("/clusters") => {
                &["200", "204", "400", "404"]
            }
            _ => &["200", "201", "204", "404", "409"],
        };
        assert!(expected.contains(&status.as_str()), "{status}: {example}");
    }
}

/// The commands on the page, with HTML entities decoded.
fn examples(page: &str) -> Vec<String> {
    let commands =
        page.split("<pre tabindex=\"0\"><code>curl ").skip(1).filter_map(|rest| rest.split("</code>").next());
    let entities = [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    let text = |html: &str| entities.iter().fold(html.to_owned(), |text, (entity, c)| text.replace(entity, c));
    commands.map(|html| format!("curl {}", text(html))).collect()
}
