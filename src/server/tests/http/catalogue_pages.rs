//! Pagination of the scope catalogue in the console.

use super::server::{Server, send};

#[tokio::test]
async fn a_long_catalogue_comes_in_pages_and_each_scope_stands_on_one() {
    let server = Server::start().await;
    let (admin, cookie) = (server.admin().await, server.cookie().await);
    let names: Vec<_> = (0..60).map(|n| format!("plants.p{n:02}")).collect();
    server.add_scopes(&admin.key, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let page = async |query: &str| {
        let reply = send(server.get(&format!("/settings/scopes{query}")).header("cookie", &cookie)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.text
    };
    let has = |text: &str, name: &str| text.contains(&format!("<code>{name}</code>"));
    let (first, second) = (page("").await, page("?page=2").await);
    for (number, name) in names.iter().enumerate() {
        assert_eq!((has(&first, name), has(&second, name)), (number < 50, number >= 50), "{name}");
    }
    assert!(first.contains(">plants</th>") && first.contains("/settings/scopes?page=2"), "{first}");
    assert!(second.contains("plants (continued)") && second.contains("Mintkey's own"), "{second}");
    assert!(has(&second, "mintkey:verify"), "{second}");

    let reply = page("?q=plants.p5").await;
    assert!(reply.contains("Showing 1–10 of 10") && !reply.contains(">Next<"), "{reply}");
    assert!(page("?q=plants&page=2").await.contains("href=\"/settings/scopes?q=plants\""));
    assert!(page("?page=9").await.contains("The list has no such page."));
    for query in ["?page=0", "?page=x", "?page=-1", "?page=99999999999"] {
        assert!(has(&page(query).await, "plants.p00"), "{query}");
    }
}
