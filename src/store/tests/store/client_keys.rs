//! Public keys of clients, and single-use assertions.

use mintkey_store::ClientKeys;

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    keys_are_kept_in_order_and_replaced_together
    an_assertion_is_used_once_by_its_client_and_forgotten_after_its_end
    handing_over_takes_the_keys
    a_key_stays_the_gift_of_who_gave_it_first
    a_rotation_ends_older_keys_at_once_or_with_the_older_secrets
}

async fn keys_are_kept_in_order_and_replaced_together(database: &Database) {
    let organization = database.organization().await;
    let token = make::token(organization, make::person(), "edge");
    let id = token.id;
    database.insert(&[token]).await;
    let set = async |keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        database
            .done(move |tx| Box::pin(async move { tx.set_client_keys(organization, id, &keys, None, NOW).await }))
            .await;
        database.store.client_keys(organization, id, NOW).await.unwrap()
    };
    assert_eq!(set(&["b", "a"]).await, ["b", "a"]);
    assert_eq!(set(&["c"]).await, ["c"]);
    let elsewhere = database.organization().await;
    assert!(database.store.client_keys(elsewhere, id, NOW).await.unwrap().is_empty());
    assert!(set(&[]).await.is_empty());
    set(&["d"]).await;
    database.changed(move |tx| Box::pin(async move { tx.delete_token(organization, id).await })).await;
    assert!(database.store.client_keys(organization, id, NOW).await.unwrap().is_empty());
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
    assert_eq!(database.store.bookkeeping().delete_expired_assertions(at(DAY - 1)).await.unwrap(), 0);
    assert_eq!(database.store.bookkeeping().delete_expired_assertions(at(DAY)).await.unwrap(), 2);
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
                tx.set_client_keys(organization, id, &["a".to_owned()], None, NOW).await?;
                let secret = make::secret(&token, 2);
                tx.hand_over_tokens(organization, from.id(), to, &[(token, secret)], at(1)).await
            })
        })
        .await;
    assert!(database.store.client_keys(organization, id, NOW).await.unwrap().is_empty());
}

async fn a_rotation_ends_older_keys_at_once_or_with_the_older_secrets(database: &Database) {
    let organization = database.organization().await;
    let keys = async |id, now| database.store.client_keys(organization, id, now).await.unwrap().len();
    for (end, keeping, now_left, later_left) in [
        (None, ClientKeys::EndWithSecrets, 0, 0),
        (Some(at(1000)), ClientKeys::EndWithSecrets, 1, 0),
        (None, ClientKeys::Keep, 1, 1),
    ] {
        let token = make::token(organization, make::person(), "edge");
        let id = token.id;
        database.insert(std::slice::from_ref(&token)).await;
        let rotate = async || {
            let token = token.clone();
            database
                .changed(move |tx| {
                    Box::pin(async move {
                        tx.set_client_keys(organization, id, &["a".to_owned()], Some(token.owner), NOW).await?;
                        tx.rotate_token(&token, &make::secret(&token, 2), end, keeping).await
                    })
                })
                .await
        };
        assert!(rotate().await);
        assert_eq!((keys(id, NOW).await, keys(id, at(1000)).await), (now_left, later_left), "{end:?} {keeping:?}");
        if end.is_some() {
            // The end of the overlap applies to them too, wherever it is moved.
            database
                .done(move |tx| {
                    Box::pin(async move { tx.set_previous_secret_end(organization, id, Some(at(5000)), NOW).await })
                })
                .await;
            assert_eq!(keys(id, at(4999)).await, 1);
            database
                .done(move |tx| Box::pin(async move { tx.set_previous_secret_end(organization, id, None, NOW).await }))
                .await;
            assert_eq!(keys(id, NOW).await, 0);
        }
    }
}

async fn a_key_stays_the_gift_of_who_gave_it_first(database: &Database) {
    let organization = database.organization().await;
    let token = make::token(organization, make::person(), "edge");
    let id = token.id;
    database.insert(&[token]).await;
    let (first, second) = (make::person(), make::person());
    for (keys, by) in [(vec!["a"], first), (vec!["a", "b"], second)] {
        let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
        database
            .done(move |tx| Box::pin(async move { tx.set_client_keys(organization, id, &keys, Some(by), NOW).await }))
            .await;
    }
    let setters =
        database.done(move |tx| Box::pin(async move { tx.client_key_setters(organization, id, NOW).await })).await;
    assert!(setters.len() == 2 && setters.contains(&Some(first)) && setters.contains(&Some(second)));
}
