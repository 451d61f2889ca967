//! Public keys of clients, and assertions that work once.

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    keys_are_kept_in_order_and_replaced_together
    an_assertion_is_used_once_by_its_client_and_forgotten_after_its_end
    handing_over_takes_the_keys
}

async fn keys_are_kept_in_order_and_replaced_together(database: &Database) {
    let organization = database.organization().await;
    let token = make::token(organization, make::person(), "edge");
    let id = token.id;
    database.insert(&[token]).await;
    let set = async |keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        database.done(move |tx| Box::pin(async move { tx.set_client_keys(organization, id, &keys, NOW).await })).await;
        database.store.client_keys(organization, id).await.unwrap()
    };
    assert_eq!(set(&["b", "a"]).await, ["b", "a"]);
    assert_eq!(set(&["c"]).await, ["c"]);
    let elsewhere = database.organization().await;
    assert!(database.store.client_keys(elsewhere, id).await.unwrap().is_empty());
    assert!(set(&[]).await.is_empty());
    set(&["d"]).await;
    database.done(move |tx| Box::pin(async move { tx.delete_token(organization, id).await })).await;
    assert!(database.store.client_keys(organization, id).await.unwrap().is_empty());
}

async fn an_assertion_is_used_once_by_its_client_and_forgotten_after_its_end(database: &Database) {
    let organization = database.organization().await;
    let tokens = [1, 2].map(|n| make::token(organization, make::person(), &format!("edge {n}")));
    let [mine, theirs] = [tokens[0].id, tokens[1].id];
    database.insert(&tokens).await;
    let once = async |id| {
        database
            .done(move |tx| {
                Box::pin(async move { tx.use_client_assertion(organization, id, &[7; 32], at(DAY), NOW).await })
            })
            .await
    };
    assert!(once(mine).await);
    assert!(!once(mine).await, "used");
    assert!(once(theirs).await, "another client's");
    assert_eq!(database.store.delete_expired_assertions(at(DAY - 1)).await.unwrap(), 0);
    assert_eq!(database.store.delete_expired_assertions(at(DAY)).await.unwrap(), 2);
    assert!(once(mine).await);
}

async fn handing_over_takes_the_keys(database: &Database) {
    let organization = database.organization().await;
    let (from, to) = (make::person(), make::person());
    let token = make::token(organization, from, "edge");
    let id = token.id;
    database.insert(std::slice::from_ref(&token)).await;
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.set_client_keys(organization, id, &["a".to_owned()], NOW).await?;
                let secret = make::secret(&token, 2);
                tx.hand_over_tokens(organization, from.id(), to, &[(token, secret)], at(1)).await
            })
        })
        .await;
    assert!(database.store.client_keys(organization, id).await.unwrap().is_empty());
}
