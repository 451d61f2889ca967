//! Password hashes from before passwords were normalized.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, phc::PasswordHash},
};
use mintkey_domain::{EmailLookup, ErrorCode, Password};
use mintkey_service::{Error, Origin, SignedIn};
use mintkey_store::{StoreError, User};

use super::world::{World, code, of_session};

/// Decomposed, and with a no-break space.
const TYPED: &str = "Zu\u{308}ge fahren\u{a0}langsam";
const COMPOSED: &str = "Züge fahren langsam";
const EMAIL: &str = "member@example.com";

async fn user_id(world: &World) -> User {
    world.store.user_by_email(&EmailLookup::new(EMAIL)).await.unwrap().unwrap()
}

/// A world in which the member's hash is of the password exactly as typed.
async fn with_older_hash() -> World {
    let world = World::new().await;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).unwrap());
    let hash: PasswordHash = argon2.hash_password_with_salt(TYPED.as_bytes(), &[9; 16]).unwrap();
    let (hash, user) = (hash.to_string(), user_id(&world).await);
    let job = world.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.rehash_password(user.id, &hash, user.created_at).await })
    });
    job.await.unwrap();
    world
}

async fn sign_in(world: &World, password: &str) -> Result<SignedIn, Error> {
    world.service.sign_in(EMAIL, Password::typed(password.to_owned()), None, &Origin::default()).await
}

#[tokio::test]
async fn an_older_hash_lets_in_what_was_typed_and_becomes_one_of_every_spelling() {
    let world = with_older_hash().await;
    let before = user_id(&world).await;
    assert_eq!(code(&sign_in(&world, COMPOSED).await.unwrap_err()), ErrorCode::InvalidCredential);
    assert_eq!(user_id(&world).await, before);
    let session = sign_in(&world, TYPED).await.unwrap();
    let after = user_id(&world).await;
    assert_ne!(after.password_hash, before.password_hash);
    assert_eq!(after.password_generation, before.password_generation, "nothing that is signed in ends");
    sign_in(&world, COMPOSED).await.unwrap();
    sign_in(&world, TYPED).await.unwrap();
    assert_eq!(user_id(&world).await.password_hash, after.password_hash, "once is enough");
    assert!(of_session(&world.service, &session).await.is_some());
}

#[tokio::test]
async fn two_sign_ins_that_replace_the_hash_at_once_both_succeed() {
    let world = with_older_hash().await;
    let (one, two) = tokio::join!(sign_in(&world, TYPED), sign_in(&world, TYPED));
    assert!(one.is_ok() && two.is_ok());
    sign_in(&world, COMPOSED).await.unwrap();
}
