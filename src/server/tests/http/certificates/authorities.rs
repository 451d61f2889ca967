//! Authorities: made here, or brought by an administrator.

use serde_json::{Value, json};

use super::tools::{Workbench, certificate};
use crate::http::{
    reply::Reply,
    server::{Server, send},
};

const PATH: &str = "/api/v1/certificate-authorities";

/// Makes a root, and an intermediate with names that occur twice, as directories of Windows have them.
async fn hierarchy(bench: &Workbench) {
    bench.write(
        "ca.cnf",
        "[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = root\n\
         [v3_ca]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\n\
         subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n\
         [v3_leaf]\nbasicConstraints = CA:FALSE\n",
    );
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config ca.cnf";
    bench
        .run(&format!(
            "openssl req -x509 {key} -keyout root.key -out root.pem -days 30 -subj /CN=root -extensions v3_ca"
        ))
        .await;
    bench
        .run(&format!("openssl req -new {key} -keyout sub.key -out sub.csr -subj /DC=com/DC=example/O=Acme/CN=Devices"))
        .await;
    let sign = "openssl x509 -req -in sub.csr -CA root.pem -CAkey root.key -CAcreateserial -days 20 -extfile ca.cnf";
    bench.run(&format!("{sign} -extensions v3_ca -out sub.pem")).await;
    bench.run(&format!("{sign} -extensions v3_leaf -out leaf-sub.pem")).await;
}

async fn bring(server: &Server, key: &str, certificates: &str, private_key: &str) -> Reply {
    let body = json!({"certificates": certificates, "private_key": private_key});
    send(server.post(PATH).bearer_auth(key).json(&body)).await
}

async fn list(server: &Server, key: &str) -> Vec<Value> {
    let page = send(server.get(PATH).bearer_auth(key)).await.expect(200);
    assert_eq!(page["total"], page["data"].as_array().unwrap().len());
    page["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_intermediate_that_is_brought_issues_from_then_on_and_openssl_follows_the_chain() {
    let (server, bench) = (Server::start().await, Workbench::new().with_password());
    let admin = server.admin().await;
    assert!(list(&server, &admin.key).await.is_empty());
    let before = certificate(&server, &admin.key, json!({})).await;
    let [own] = &list(&server, &admin.key).await[..] else { panic!() };
    assert_eq!(own["brought"], false);

    hierarchy(&bench).await;
    let chain = [bench.read("sub.pem"), bench.read("root.pem")].concat();
    let brought = bring(&server, &admin.key, &chain, &bench.read("sub.key")).await.expect(201);
    assert_eq!(brought["brought"], true);
    assert_eq!(brought["subject"], "CN=Devices,O=Acme,DC=example,DC=com");
    let again = bring(&server, &admin.key, &chain, &bench.read("sub.key")).await.expect(201);
    assert_eq!(again["id"], brought["id"], "sent twice, it is added once");
    let ids: Vec<_> = list(&server, &admin.key).await.iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [brought["id"].clone(), own["id"].clone()]);

    let token = certificate(&server, &admin.key, json!({"expires_at": null})).await;
    bench.unpack(&token).await;
    let bundle = bench.run("openssl pkcs12 -in b.p12 -passin file:password -nokeys").await;
    assert_eq!(bundle.matches("-----BEGIN CERTIFICATE-----").count(), 3, "leaf, intermediate, root");
    // A certificate can't outlive its authority.
    assert_eq!(token.json["certificate"]["expires_at"], brought["expires_at"]);
    bench.download(&server, &token, "crl.pem").await;
    let verify =
        "openssl verify -CAfile root.pem -untrusted sub.pem -crl_check -CRLfile crl.pem -purpose sslclient leaf.pem";
    bench.run(verify).await;
    send(server.delete(&token.path()).bearer_auth(&admin.key)).await.expect(204);
    bench.download(&server, &token, "crl.pem").await;
    assert!(bench.fails(verify).await.contains("certificate revoked"));

    // The older authority still has its list, and its certificates.
    bench.unpack(&before).await;
    bench.download(&server, &before, "ca.pem").await;
    bench.run("openssl verify -CAfile ca.pem -crl_check -CRLfile crl.pem leaf.pem").await;
    let events = send(server.get("/api/v1/audit?action=certificate_authority.create").bearer_auth(&admin.key)).await;
    assert_eq!(events.expect(200)["total"], 2);
}

#[tokio::test]
async fn what_could_not_issue_is_refused_and_says_why() {
    let (server, bench) = (Server::start().await, Workbench::new());
    let admin = server.admin().await;
    hierarchy(&bench).await;
    let [root, sub, leaf] = ["root.pem", "sub.pem", "leaf-sub.pem"].map(|name| bench.read(name));
    let [root_key, sub_key] = ["root.key", "sub.key"].map(|name| bench.read(name));
    bench.run("openssl pkcs8 -topk8 -in sub.key -passout pass:secret -out locked.key").await;
    bench.run("openssl genpkey -algorithm ED25519 -out ed.key").await;
    let locked = bench.read("locked.key");
    for (certificates, key, field, code) in [
        (&sub, &root_key, "private_key", "mismatch"),
        (&sub, &locked, "private_key", "invalid_format"),
        (&sub, &bench.read("ed.key"), "private_key", "invalid_format"),
        (&sub, &sub, "private_key", "invalid_format"),
        (&leaf, &sub_key, "certificates", "invalid_format"),
        (&[root.as_str(), &sub].concat(), &root_key, "certificates", "invalid_format"),
        (&sub_key, &sub_key, "certificates", "invalid_format"),
        (&String::new(), &sub_key, "certificates", "invalid_format"),
    ] {
        let reply = bring(&server, &admin.key, certificates, key).await;
        assert_eq!(reply.refused(400, "validation_failed").field(field), Some(code), "{}", reply.text);
        assert!(!reply.text.contains("BEGIN"));
    }
    assert!(list(&server, &admin.key).await.is_empty());
    bring(&server, &admin.key, &root, &root_key).await.expect(201);
}

#[tokio::test]
async fn only_administrators_bring_one_and_each_organization_has_its_own() {
    let (server, bench) = (Server::start().await, Workbench::new());
    let admin = server.admin().await;
    server.add_person("mara@example.com", "member").await;
    let member = server.access_token("mara@example.com", crate::http::server::PASSWORD).await;
    hierarchy(&bench).await;
    let [root, key] = ["root.pem", "root.key"].map(|name| bench.read(name));
    bring(&server, &member, &root, &key).await.refused(403, "insufficient_scope");
    send(server.get(PATH).bearer_auth(&member)).await.refused(403, "insufficient_scope");

    // A member's first certificate makes the authority, with an event of its own.
    certificate(&server, &member, json!({"scopes": ["mintkey:tokens.read"]})).await;
    let events = send(server.get("/api/v1/audit?action=certificate_authority.create").bearer_auth(&admin.key)).await;
    assert_eq!(events.expect(200)["data"][0]["actor"]["name"], "mara@example.com");
    assert_eq!(list(&server, &admin.key).await.len(), 1);
}
