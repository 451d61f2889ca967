//! Transfers between owners, and deletion of invitations.

use mintkey_domain::{Email, OneTimeCodeId, OneTimeCodePurpose, Principal, Role, UserId};
use mintkey_store::{OneTimeCode, ServiceAccount, Token};

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    tokens_go_to_another_owner_with_a_secret_of_their_own
    service_accounts_go_to_another_member
    only_invitations_that_stand_are_listed
    codes_that_have_ended_are_forgotten
}

async fn tokens_go_to_another_owner_with_a_secret_of_their_own(database: &Database) {
    let organization = database.organization().await;
    let (from, to, bystander) = (make::person(), make::person(), make::person());
    let mut tokens: Vec<Token> = (0..200).map(|n| make::token(organization, from, &format!("edge {n}"))).collect();
    tokens[0].allowed_cidrs = make::ranges(&["192.0.2.0/24"]);
    let others = make::token(organization, bystander, "theirs");
    database.insert(&tokens).await;
    database.insert(std::slice::from_ref(&others)).await;
    let stopped = tokens[199].id;
    database
        .done(move |tx| Box::pin(async move { tx.invalidate_token(organization, stopped, NOW, false).await }))
        .await;

    let handed = database
        .done(move |tx| {
            Box::pin(async move {
                let found = tx.tokens_to_hand_over(organization, from.id()).await?;
                assert!(found.iter().all(|(_, newest)| *newest == 1));
                let renewed: Vec<_> = found
                    .into_iter()
                    .map(|(token, newest)| {
                        let hint = format!("mk_…n{}", &token.key_hint[token.key_hint.len() - 3..]);
                        let token =
                            Token { owner: to, key_hint: hint, rotated_at: Some(at(1)), updated_at: at(1), ..token };
                        let secret = make::secret(&token, newest + 1);
                        (token, secret)
                    })
                    .collect();
                tx.hand_over_tokens(organization, from.id(), to, &renewed, at(1)).await?;
                Ok(renewed)
            })
        })
        .await;
    assert_eq!(handed.len(), 199);
    for (token, secret) in [&handed[0], &handed[198]] {
        assert_eq!(database.store.token(organization, token.id).await.unwrap().as_ref(), Some(token));
        assert_eq!(&database.store.token_secrets(organization, token.id).await.unwrap(), std::slice::from_ref(secret));
    }
    let kept = database.store.token(organization, stopped).await.unwrap().unwrap();
    assert_eq!(kept.owner, from);
    assert_eq!(database.store.token_secrets(organization, others.id).await.unwrap().len(), 1);
    let counts = async |owner: Principal| {
        let owners = [owner.id()];
        let counts = database.store.token_counts(organization, Some(&owners), NOW, at(DAY)).await.unwrap();
        (counts.active, counts.invalidated)
    };
    assert_eq!((counts(from).await, counts(to).await, counts(bystander).await), ((0, 1), (199, 0), (1, 0)));
}

async fn service_accounts_go_to_another_member(database: &Database) {
    let organization = database.organization().await;
    let mut people = Vec::new();
    for email in ["a@example.com", "b@example.com"] {
        let user = database.user(email).await;
        let membership = make::membership(organization, user, Role::Member);
        database.done(move |tx| Box::pin(async move { tx.insert_membership(&membership).await })).await;
        people.push(user);
    }
    let (from, to) = (people[0], people[1]);
    for (name, members) in [("one", vec![from]), ("both", vec![from, to])] {
        let account = account(organization, name, members);
        database.done(move |tx| Box::pin(async move { tx.insert_service_account(&account).await })).await;
    }
    let moved = database
        .done(move |tx| Box::pin(async move { tx.hand_over_service_accounts(organization, from, to, at(1)).await }))
        .await;
    assert_eq!(moved, 2);
    let given = async |user| database.store.service_accounts_assigned_to(organization, user).await.unwrap().len();
    assert_eq!((given(from).await, given(to).await), (0, 2));
}

fn account(organization: mintkey_domain::OrganizationId, name: &str, members: Vec<UserId>) -> ServiceAccount {
    ServiceAccount { members, ..make::service_account(organization, name) }
}

async fn only_invitations_that_stand_are_listed(database: &Database) {
    let (here, there) = (database.organization().await, database.organization().await);
    let pending = invitation(here, 1);
    let used = OneTimeCode { consumed_at: Some(at(1)), ..invitation(here, 2) };
    let codes = [pending.clone(), used, invitation(there, 3)];
    database
        .done(move |tx| {
            Box::pin(async move {
                for code in &codes {
                    tx.insert_one_time_code(code).await?;
                }
                Ok(())
            })
        })
        .await;
    assert_eq!(&database.store.invitations(here, at(2)).await.unwrap(), std::slice::from_ref(&pending));
    assert!(database.store.invitations(here, at(DAY)).await.unwrap().is_empty(), "ended");
    let id = pending.id;
    assert!(!database.changed(move |tx| Box::pin(async move { tx.delete_one_time_code(there, id).await })).await);
    assert!(database.changed(move |tx| Box::pin(async move { tx.delete_one_time_code(here, id).await })).await);
}

async fn codes_that_have_ended_are_forgotten(database: &Database) {
    let code = invitation(database.organization().await, 1);
    let (hash, added) = (code.code_hash, code);
    database.done(move |tx| Box::pin(async move { tx.insert_one_time_code(&added).await })).await;
    assert_eq!(database.store.bookkeeping().delete_expired_codes(at(DAY - 1)).await.unwrap(), 0);
    assert_eq!(database.store.bookkeeping().delete_expired_codes(at(DAY)).await.unwrap(), 1);
    assert_eq!(database.store.one_time_code(&hash).await.unwrap(), None);
}

fn invitation(organization: mintkey_domain::OrganizationId, hash: u8) -> OneTimeCode {
    OneTimeCode {
        id: OneTimeCodeId::from_uuid(make::id()),
        purpose: OneTimeCodePurpose::Invitation,
        code_hash: [hash; 32],
        organization_id: Some(organization),
        user_id: None,
        email: Email::parse("ada@example.com").ok(),
        role: Some(Role::Member),
        expires_at: at(DAY),
        consumed_at: None,
        created_at: NOW,
        created_by: None,
    }
}
