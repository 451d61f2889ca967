//! Rows of the smaller tables read back as written.

use mintkey_domain::{
    Email, EmailLookup, MembershipStatus, OneTimeCodeId, OneTimeCodePurpose, Role, ScopeId, ScopeName, SigningKeyId,
};
use mintkey_store::{Membership, OneTimeCode, Scope, SigningKey, StoreError};

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    organizations_are_kept_and_changed
    users_are_kept_and_change_their_passwords
    memberships_are_kept_and_change_roles
    the_catalogue_is_kept_by_name
    a_scope_is_in_use_while_a_live_token_holds_it
    a_one_time_code_works_once
    the_codes_of_an_organizations_members_go_together
    signing_keys_are_kept
    a_signing_key_loses_its_private_half_before_it_goes
    revoked_access_tokens_are_kept_until_their_end
    settings_are_kept
    the_database_answers
}

async fn organizations_are_kept_and_changed(database: &Database) {
    let mut first = make::organization();
    let second = make::organization();
    let (one, two) = (first.clone(), second.clone());
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_organization(&one).await?;
                assert_eq!(tx.organization(one.id).await?.as_ref(), Some(&one));
                tx.insert_organization(&two).await
            })
        })
        .await;
    assert_eq!(database.store.organizations().await.unwrap(), [first.clone(), second.clone()]);
    first.name = make::label("Other");
    first.audience = None;
    first.default_token_ttl = None;
    first.max_token_ttl = Some(5);
    first.audit_retention = None;
    first.updated_at = at(1);
    let changed = first.clone();
    assert!(database.changed(move |tx| Box::pin(async move { tx.update_organization(&changed).await })).await);
    assert_eq!(database.store.organization(first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(database.store.organization(second.id).await.unwrap(), Some(second));
    let mut named = make::organization();
    named.audience = Some("https://api.example.com".to_owned());
    let added = named.clone();
    let taken = database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_organization(&added).await?;
                let own = tx.audience_taken(added.id, "https://api.example.com").await?;
                let other = tx.audience_taken(first.id, "https://api.example.com").await?;
                Ok((own, other, tx.audience_taken(first.id, "https://api.example.co").await?))
            })
        })
        .await;
    assert_eq!(taken, (false, true, false));
    let unknown = make::organization();
    assert!(!database.changed(move |tx| Box::pin(async move { tx.update_organization(&unknown).await })).await);
}

async fn users_are_kept_and_change_their_passwords(database: &Database) {
    assert!(!database.store.users_exist().await.unwrap());
    let mut user = make::user("Ada@example.com");
    let added = user.clone();
    database
        .done(move |tx| {
            Box::pin(async move {
                assert!(!tx.users_exist().await?);
                tx.insert_user(&added).await?;
                assert!(tx.users_exist().await?);
                assert_eq!(tx.user(added.id).await?.as_ref(), Some(&added));
                assert_eq!(tx.user_by_email(&EmailLookup::new("ada@example.com")).await?.as_ref(), Some(&added));
                Ok(())
            })
        })
        .await;
    assert!(database.store.users_exist().await.unwrap());
    let id = user.id;
    assert!(database.changed(move |tx| Box::pin(async move { tx.set_password(id, "$new", at(1)).await })).await);
    user.password_hash = "$new".into();
    user.password_generation = 2;
    user.updated_at = at(1);
    assert!(!format!("{user:?}").contains("$new"));
    assert_eq!(database.store.user(id).await.unwrap(), Some(user.clone()));
    let found = database.store.user_by_email(&EmailLookup::new(" ADA@example.com.")).await.unwrap();
    assert_eq!(found, Some(user));
}

async fn memberships_are_kept_and_change_roles(database: &Database) {
    let (organization, user) = (database.organization().await, database.user("ada@example.com").await);
    let mut membership = Membership {
        status: MembershipStatus::Deactivated,
        generation: 5,
        ..make::membership(organization, user, Role::Admin)
    };
    let added = membership.clone();
    membership.role = Role::Auditor;
    membership.updated_at = at(1);
    let changed = membership.clone();
    let unknown = Membership { user_id: mintkey_domain::UserId::from_uuid(make::id()), ..membership.clone() };
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_membership(&added).await?;
                assert_eq!(tx.membership(organization, user).await?.as_ref(), Some(&added));
                tx.update_membership(&changed).await?;
                assert!(matches!(tx.update_membership(&unknown).await, Err(StoreError::NothingChanged)));
                Ok(())
            })
        })
        .await;
    assert_eq!(database.store.membership(organization, user).await.unwrap(), Some(membership.clone()));
    assert_eq!(database.store.memberships_of(user).await.unwrap(), [membership]);
}

async fn the_catalogue_is_kept_by_name(database: &Database) {
    let organization = database.organization().await;
    let scope = |name: &str| Scope {
        id: ScopeId::from_uuid(make::id()),
        organization_id: organization,
        name: ScopeName::parse(name).unwrap(),
        description: "What it allows".to_owned(),
        admin_only: true,
        built_in: false,
        created_at: NOW,
        updated_at: NOW,
    };
    let [b, upper, mut a] = [scope("b.read"), scope("Z.read"), scope("a.read")];
    let added = [b.clone(), upper.clone(), a.clone()];
    database
        .done(move |tx| {
            Box::pin(async move {
                for scope in &added {
                    tx.insert_scope(scope).await?;
                }
                assert_eq!(tx.scopes(added[0].organization_id).await?.len(), 3);
                Ok(())
            })
        })
        .await;
    a.description = "More".into();
    a.admin_only = false;
    a.updated_at = at(1);
    let mut changed = a.clone();
    changed.name = ScopeName::parse("never").unwrap();
    let deleted = b.id;
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.update_scope(&changed).await?;
                tx.delete_scope(organization, deleted).await?;
                assert!(matches!(tx.delete_scope(organization, deleted).await, Err(StoreError::NothingChanged)));
                assert_eq!(tx.scope(organization, deleted).await?, None);
                Ok(())
            })
        })
        .await;
    assert_eq!(database.store.scopes(organization).await.unwrap(), [upper, a.clone()]);
    assert_eq!(database.store.scope(organization, a.id).await.unwrap(), Some(a));
}

async fn a_scope_is_in_use_while_a_live_token_holds_it(database: &Database) {
    let organization = database.organization().await;
    let token = make::token(organization, make::person(), "edge");
    let id = token.id;
    database.insert(&[token]).await;
    let in_use = async |name: &str| database.store.scope_in_use(organization, name).await.unwrap();
    assert!(in_use("peers.read").await);
    assert!(!in_use("peers.rea").await);
    database.changed(move |tx| Box::pin(async move { tx.invalidate_token(organization, id, NOW, false).await })).await;
    assert!(!in_use("peers.read").await);
}

async fn a_one_time_code_works_once(database: &Database) {
    let (organization, user) = (database.organization().await, database.user("ada@example.com").await);
    let code = |hash: u8, purpose| OneTimeCode {
        id: OneTimeCodeId::from_uuid(make::id()),
        purpose,
        code_hash: [hash; 32],
        organization_id: Some(organization),
        user_id: Some(user),
        email: Email::parse("ada@example.com").ok(),
        role: Some(Role::Member),
        expires_at: at(DAY),
        consumed_at: None,
        created_at: NOW,
        created_by: None,
    };
    let codes = [
        code(1, OneTimeCodePurpose::Invitation),
        code(2, OneTimeCodePurpose::PasswordReset),
        OneTimeCode {
            organization_id: None,
            user_id: None,
            email: None,
            role: None,
            ..code(3, OneTimeCodePurpose::Setup)
        },
    ];
    let added = codes.clone();
    database
        .done(move |tx| {
            Box::pin(async move {
                for code in &added {
                    tx.insert_one_time_code(code).await?;
                    assert_eq!(tx.one_time_code(&code.code_hash).await?.as_ref(), Some(code));
                }
                assert!(!tx.consume_one_time_code(added[0].id, at(DAY)).await?, "expired");
                assert!(tx.consume_one_time_code(added[0].id, at(1)).await?);
                assert!(!tx.consume_one_time_code(added[0].id, at(2)).await?, "used");
                Ok(())
            })
        })
        .await;
    assert_eq!(database.store.one_time_code(&[1; 32]).await.unwrap().unwrap().consumed_at, Some(at(1)));
    assert_eq!(database.store.one_time_code(&[3; 32]).await.unwrap().as_ref(), Some(&codes[2]));
    assert_eq!(database.store.one_time_code(&[9; 32]).await.unwrap(), None);
    let deleted = database
        .done(move |tx| {
            Box::pin(async move {
                let unknown = mintkey_domain::UserId::from_uuid(make::id());
                let none = tx.delete_one_time_codes(OneTimeCodePurpose::PasswordReset, Some(unknown)).await?;
                let one = tx.delete_one_time_codes(OneTimeCodePurpose::PasswordReset, Some(user)).await?;
                Ok((none, one, tx.delete_one_time_codes(OneTimeCodePurpose::Setup, None).await?))
            })
        })
        .await;
    assert_eq!(deleted, (0, 1, 1));
}

async fn the_codes_of_an_organizations_members_go_together(database: &Database) {
    let (organization, elsewhere) = (database.organization().await, database.organization().await);
    let [member, other] = [database.user("ada@example.com").await, database.user("bob@example.com").await];
    let code = |hash: u8, user, purpose| OneTimeCode {
        id: OneTimeCodeId::from_uuid(make::id()),
        purpose,
        code_hash: [hash; 32],
        organization_id: Some(elsewhere),
        user_id: Some(user),
        email: None,
        role: None,
        expires_at: at(DAY),
        consumed_at: None,
        created_at: NOW,
        created_by: None,
    };
    let codes = [
        code(1, member, OneTimeCodePurpose::PasswordReset),
        code(2, member, OneTimeCodePurpose::Invitation),
        code(3, other, OneTimeCodePurpose::PasswordReset),
    ];
    let membership =
        Membership { status: MembershipStatus::Deactivated, ..make::membership(organization, member, Role::Member) };
    let deleted = database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_membership(&membership).await?;
                for code in &codes {
                    tx.insert_one_time_code(code).await?;
                }
                tx.delete_one_time_codes_of_members(OneTimeCodePurpose::PasswordReset, organization).await
            })
        })
        .await;
    assert_eq!(deleted, 1);
    assert_eq!(database.store.one_time_code(&[1; 32]).await.unwrap(), None);
    for kept in [2, 3] {
        assert!(database.store.one_time_code(&[kept; 32]).await.unwrap().is_some());
    }
}

async fn signing_keys_are_kept(database: &Database) {
    let key = |active| SigningKey {
        id: SigningKeyId::from_uuid(make::id()),
        algorithm: "EdDSA".to_owned(),
        public_jwk: "{}".to_owned(),
        private_encrypted: vec![0, 1, 255],
        active,
        active_from: at(3),
        created_at: NOW,
        retires_at: (!active).then(|| at(DAY)),
    };
    let (old, new) = (key(false), key(true));
    let added = [old.clone(), new.clone()];
    database
        .done(move |tx| {
            Box::pin(async move {
                for key in &added {
                    tx.insert_signing_key(key).await?;
                }
                Ok(())
            })
        })
        .await;
    assert_eq!(database.store.signing_keys().await.unwrap(), [new, old]);
}

async fn a_signing_key_loses_its_private_half_before_it_goes(database: &Database) {
    let key = |active_from| SigningKey {
        id: SigningKeyId::from_uuid(make::id()),
        algorithm: "ES256".to_owned(),
        public_jwk: "{}".to_owned(),
        private_encrypted: vec![7],
        active: true,
        active_from,
        created_at: NOW,
        retires_at: None,
    };
    let (old, new) = (key(NOW), key(at(10)));
    let (first, second) = (old.clone(), new.clone());
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_signing_key(&first).await?;
                tx.retire_signing_keys(at(20), at(1)).await?;
                tx.insert_signing_key(&second).await
            })
        })
        .await;
    let retiring = SigningKey { retires_at: Some(at(20)), ..old };
    let erased = SigningKey { active: false, private_encrypted: Vec::new(), ..retiring.clone() };
    database.store.bookkeeping().clear_signing_keys(at(9), at(9)).await.unwrap();
    assert_eq!(database.store.signing_keys().await.unwrap(), [new.clone(), retiring]);
    database.store.bookkeeping().clear_signing_keys(at(19), at(10)).await.unwrap();
    assert_eq!(database.store.signing_keys().await.unwrap(), [new.clone(), erased]);
    database.store.bookkeeping().clear_signing_keys(at(20), at(20)).await.unwrap();
    assert_eq!(database.store.signing_keys().await.unwrap(), [new]);
    database.done(|tx| Box::pin(async move { tx.delete_signing_keys().await })).await;
    assert_eq!(database.store.signing_keys().await.unwrap(), []);
}

async fn revoked_access_tokens_are_kept_until_their_end(database: &Database) {
    let organization = database.organization().await;
    let (one, two) = (make::id(), make::id());
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.revoke_access_token(one, organization, at(10), NOW).await?;
                tx.revoke_access_token(one, organization, at(10), NOW).await?;
                tx.revoke_access_token(two, organization, at(20), NOW).await
            })
        })
        .await;
    let mut revoked = database.store.revoked_access_tokens(NOW).await.unwrap();
    revoked.sort();
    assert_eq!(revoked, [(one, at(10)), (two, at(20))]);
    assert_eq!(database.store.revoked_access_tokens(at(10)).await.unwrap(), [(two, at(20))]);
    assert_eq!(database.store.bookkeeping().delete_expired_revocations(at(10)).await.unwrap(), 1);
    assert_eq!(database.store.revoked_access_tokens(NOW).await.unwrap(), [(two, at(20))]);
}

async fn settings_are_kept(database: &Database) {
    assert_eq!(database.store.setting("a").await.unwrap(), None);
    for value in ["1", "2"] {
        database.done(move |tx| Box::pin(async move { tx.set_setting("a", value, NOW).await })).await;
    }
    assert_eq!(database.store.setting("a").await.unwrap().as_deref(), Some("2"));
}

async fn the_database_answers(database: &Database) {
    database.store.ping().await.unwrap();
    assert!(database.store.size().await.unwrap() > 0);
    if !database.store.is_sqlite() {
        let refused = database.store.backup(std::path::Path::new("/nowhere")).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))));
        assert_eq!(database.store.backups().unwrap(), []);
        assert_eq!(database.store.backup_beside("copy.db").await.unwrap(), None);
    }
}
