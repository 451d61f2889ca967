//! `/api/v1/members`.

use serde_json::json;

use super::world::{PASSWORD, World};

#[tokio::test]
async fn each_operation_on_members_answers_as_before() {
    let world = World::new().await;
    let system = world.service.administrator(None).await.unwrap();
    let role = mintkey_domain::Role::Member;
    world.service.create_user(&system, "mia@example.com", PASSWORD.to_owned(), role).await.unwrap();
    let list = world.get("/api/v1/members?q=mia").await.matches("listMembers");
    let path = format!("/api/v1/members/{}", list["data"][0]["id"].as_str().unwrap());
    world.get(&path).await.matches("getMember");
    world.patch(&path, json!({"role": "auditor"})).await.matches("editMember");
    world.send("POST", &format!("{path}/password-reset"), None).await.matches("createPasswordReset");
    let me = world.get("/api/v1/me").await.is("200");
    let to = json!({"to_id": me["principal"]["id"]});
    world.post(&format!("{path}/hand-over"), to).await.matches("handOverMember");
    world.send("POST", &format!("{path}/deactivate"), None).await.matches("deactivateMember");
    world.send("POST", &format!("{path}/activate"), None).await.matches("activateMember");
    let invitation = json!({"email": "someone@example.com", "role": "auditor"});
    let invitation = world.post("/api/v1/members/invitations", invitation).await.matches("inviteMember");
    world.get("/api/v1/members/invitations").await.matches("listInvitations");
    let path = format!("/api/v1/members/invitations/{}", invitation["id"].as_str().unwrap());
    world.delete(&path).await.matches("withdrawInvitation");
}

#[tokio::test]
async fn each_body_about_members_is_refused_as_before() {
    let world = World::new().await;
    let me = world.get("/api/v1/me").await.is("200");
    let path = format!("/api/v1/members/{}", me["principal"]["id"].as_str().unwrap());
    world.patch(&path, json!({"role": "owner", "email": "a"})).await.matches("editMember-refused");
    world.post(&format!("{path}/hand-over"), json!({"to_id": "mia"})).await.matches("handOverMember-refused");
    let wrong = json!({"email": "", "role": null});
    world.post("/api/v1/members/invitations", wrong).await.matches("inviteMember-refused");
}

#[tokio::test]
async fn a_list_of_invitations_has_no_filter() {
    let answer = World::new().await.get("/api/v1/members/invitations?q=a").await;
    assert_eq!(answer.mistakes(), [("q".to_owned(), "unknown_field".to_owned())]);
}
