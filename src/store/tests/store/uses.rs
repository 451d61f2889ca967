//! Last uses, recorded in batches.

use mintkey_store::{ClientKeys, TokenUse};

use super::{
    harness::Database,
    make::{self, at},
};

on_both_engines! {
    uses_are_noted_per_token_and_secret
    the_last_use_never_moves_backwards
    uses_of_tokens_that_are_gone_are_passed_over
    an_unknown_address_never_replaces_a_known_one
}

fn used(token: &mintkey_store::Token, generation: i64, when: i64, ip: &str) -> TokenUse {
    TokenUse {
        token_id: token.id,
        generation: Some(generation),
        at: at(when),
        ip: Some(ip.to_owned()),
        agent: (when % 2 == 0).then(|| "curl/8".to_owned()),
    }
}

async fn uses_are_noted_per_token_and_secret(database: &Database) {
    let organization = database.organization().await;
    let tokens: Vec<_> = (0..40).map(|_| make::token(organization, make::person(), "edge")).collect();
    database.insert(&tokens).await;
    let first = tokens[0].clone();
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.rotate_token(&first, &make::secret(&first, 2), Some(at(1000)), ClientKeys::Keep).await
            })
        })
        .await;
    let mut uses: Vec<_> = tokens[1..].iter().map(|token| used(token, 1, 6, "192.0.2.9")).collect();
    uses.extend([
        used(&tokens[0], 1, 4, "192.0.2.1"),
        used(&tokens[0], 2, 3, "192.0.2.2"),
        used(&tokens[0], 1, 2, "192.0.2.3"),
    ]);
    database.store.bookkeeping().record_uses(uses).await.unwrap();
    let token = database.store.token(organization, tokens[0].id).await.unwrap().unwrap();
    assert_eq!((token.last_used_at, token.last_used_ip.as_deref()), (Some(at(4)), Some("192.0.2.1")));
    assert_eq!(token.updated_at, tokens[0].updated_at);
    let secrets = database.store.token_secrets(organization, tokens[0].id).await.unwrap();
    let last =
        |n: usize| (secrets[n].last_used_at, secrets[n].last_used_ip.as_deref(), secrets[n].last_used_agent.as_deref());
    assert_eq!(last(0), (Some(at(3)), Some("192.0.2.2"), None));
    assert_eq!(last(1), (Some(at(4)), Some("192.0.2.1"), Some("curl/8")));
    for other in &tokens[1..] {
        let token = database.store.token(organization, other.id).await.unwrap().unwrap();
        assert_eq!(token.last_used_at, Some(at(6)));
    }
}

async fn the_last_use_never_moves_backwards(database: &Database) {
    let organization = database.organization().await;
    let token = make::token(organization, make::person(), "edge");
    database.insert(std::slice::from_ref(&token)).await;
    for (when, ip) in [(10, "192.0.2.1"), (5, "192.0.2.2"), (10, "192.0.2.3")] {
        database.store.bookkeeping().record_uses(vec![used(&token, 1, when, ip)]).await.unwrap();
    }
    let token = database.store.token(organization, token.id).await.unwrap().unwrap();
    assert_eq!((token.last_used_at, token.last_used_ip.as_deref()), (Some(at(10)), Some("192.0.2.1")));
}

async fn uses_of_tokens_that_are_gone_are_passed_over(database: &Database) {
    let organization = database.organization().await;
    let (here, gone) = (make::token(organization, make::person(), "a"), make::token(organization, make::person(), "b"));
    database.insert(std::slice::from_ref(&here)).await;
    database
        .store
        .bookkeeping()
        .record_uses(vec![used(&gone, 1, 2, "192.0.2.1"), used(&here, 1, 2, "192.0.2.1")])
        .await
        .unwrap();
    database.store.bookkeeping().record_uses(Vec::new()).await.unwrap();
    assert!(database.store.token(organization, gone.id).await.unwrap().is_none());
    assert_eq!(database.store.token(organization, here.id).await.unwrap().unwrap().last_used_at, Some(at(2)));
}

async fn an_unknown_address_never_replaces_a_known_one(database: &Database) {
    let organization = database.organization().await;
    let token = make::token(organization, make::person(), "edge");
    database.insert(std::slice::from_ref(&token)).await;
    let unknown = |generation, when| TokenUse { generation, ip: None, agent: None, ..used(&token, 1, when, "") };
    let address = async |expected: (i64, Option<&str>)| {
        let token = database.store.token(organization, token.id).await.unwrap().unwrap();
        assert_eq!((token.last_used_at, token.last_used_ip.as_deref()), (Some(at(expected.0)), expected.1));
    };
    database.store.bookkeeping().record_uses(vec![unknown(None, 1)]).await.unwrap();
    address((1, None)).await;
    // In one batch, and in the next.
    let uses = vec![unknown(None, 4), used(&token, 1, 2, "192.0.2.1"), unknown(Some(1), 3)];
    database.store.bookkeeping().record_uses(uses).await.unwrap();
    address((4, Some("192.0.2.1"))).await;
    database.store.bookkeeping().record_uses(vec![unknown(Some(1), 6), unknown(None, 5)]).await.unwrap();
    address((6, Some("192.0.2.1"))).await;
    let [secret] = database.store.token_secrets(organization, token.id).await.unwrap().try_into().unwrap();
    assert_eq!((secret.last_used_at, secret.last_used_ip.as_deref()), (Some(at(6)), Some("192.0.2.1")));
    assert_eq!(secret.last_used_agent.as_deref(), Some("curl/8"));
}
