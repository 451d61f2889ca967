//! `/api/v1/certificate-authorities`, and what is published of them.

use serde_json::json;

use super::world::World;

const PATH: &str = "/api/v1/certificate-authorities";

#[tokio::test]
async fn each_operation_on_certificate_authorities_answers_as_before() {
    let world = World::new().await;
    let own = json!({
        "certificates": include_str!("../../../service/tests/authority.pem"),
        "private_key": include_str!("../../../service/tests/authority.key"),
    });
    let brought = world.post(PATH, own).await.matches("createCertificateAuthority");
    world.get(PATH).await.matches("listCertificateAuthorities");
    let organization = world.get("/api/v1/organization").await.is("200")["id"].as_str().unwrap().to_owned();
    for (name, operation) in
        [("ca.pem", "getCertificates"), ("crl.pem", "getRevocationLists"), ("crl.der", "getRevocationList")]
    {
        world.get(&format!("/pki/{organization}/{name}")).await.matches(operation);
    }
    let published = world.get(&format!("/pki/{organization}/ca.pem")).await.text;
    assert_eq!(brought["certificates"], published);
}

#[tokio::test]
async fn each_mistake_in_an_authority_is_named() {
    let world = World::new().await;
    let wrong = json!({"certificates": "a", "private_key": "b"});
    world.post(PATH, wrong).await.matches("createCertificateAuthority-refused");
    let missing = world.post(PATH, json!({})).await.mistakes();
    assert_eq!(missing, ["certificates", "private_key"].map(|field| (field.to_owned(), "required".to_owned())));
}
