//! The Rust SDK against a real server.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, extract::Request, http::StatusCode, response::IntoResponse};
use futures_util::TryStreamExt as _;
use mintkey_client::{
    Client, Credential, Deletion, Error, ErrorCode, Invalidation, Login, Page, Rotation, SecretText, Token,
    TokenChanges, TokenFilter, TokenStatus,
};
use serde_json::json;

use super::server::{EMAIL, PASSWORD, Server};

async fn client(server: &Server) -> Client {
    Client::new(&server.url, Credential::text(server.admin().await.key)).unwrap()
}

#[tokio::test]
async fn a_token_is_registered_edited_rotated_invalidated_and_deleted() {
    let server = Server::start().await;
    let client = client(&server).await;
    let created = Token::new("gateway").scope("*").ttl("90d").cidr("127.0.0.0/8").register(&client).await.unwrap();
    let id = created.token.id;
    let with_key = Client::new(&server.url, Credential::Bearer(created.api_key.clone().unwrap())).unwrap();
    assert_eq!(with_key.me().await.unwrap().token_id, Some(id));

    let changes =
        TokenChanges { label: Some("gateway 2".to_owned()), expires_at: Some(None), ..TokenChanges::default() };
    let edited = client.tokens().edit(id, &changes).await.unwrap();
    assert_eq!((edited.label.as_str(), edited.expires_at), ("gateway 2", None));
    let rotated = client.tokens().rotate(id, &Rotation::default()).await.unwrap();
    assert!(with_key.me().await.unwrap_err().is(ErrorCode::InvalidCredential));
    assert!(rotated.api_key.is_some());
    let invalidated = client.tokens().invalidate(id, &Invalidation::default()).await.unwrap();
    assert_eq!(invalidated.status, TokenStatus::Invalidated);
    client.tokens().delete(id, Deletion::default()).await.unwrap();
    assert!(client.tokens().get(id).await.unwrap_err().is(ErrorCode::NotFound));
}

#[tokio::test]
async fn a_refusal_has_its_code_its_fields_and_the_request() {
    let server = Server::start().await;
    let client = client(&server).await;
    let error = Token::new(" ").scope("nonsense").ttl("soon").register(&client).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!((refusal.status, refusal.is(ErrorCode::ValidationFailed)), (400, true));
    let fields: Vec<_> = refusal.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["label", "ttl"]);
    assert!(refusal.request_id.is_some());
    assert!(error.to_string().starts_with("label: "), "{error}");
}

#[tokio::test]
async fn a_stream_has_the_entries_of_all_pages() {
    let server = Server::start().await;
    let client = client(&server).await;
    for number in 0..105 {
        Token::new(format!("t{number}")).scope("*").register(&client).await.unwrap();
    }
    let labels: Vec<_> =
        client.tokens().all(TokenFilter::default()).map_ok(|token| token.label).try_collect().await.unwrap();
    assert_eq!((labels.len(), labels[0].as_str(), labels[105].as_str()), (106, "t104", "admin"));
    let page = client.tokens().list(&TokenFilter::default(), &Page { page: Some(2), ..Page::default() }).await.unwrap();
    assert_eq!((page.data[0].label.as_str(), page.total), ("t84", 106));
}

#[tokio::test]
async fn a_client_secret_is_exchanged_once_for_many_requests() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let credential = Credential::client(admin.id.parse().unwrap(), admin.secret.clone());
    let (url, count) = faulty(0, StatusCode::OK, &server).await;
    let client = Client::new(&url, credential).unwrap();
    let (one, other) = tokio::join!(client.me(), client.me());
    assert_eq!(serde_json::to_value(one.unwrap().via).unwrap(), json!("access_token"));
    other.unwrap();
    // One exchange, and two requests.
    assert_eq!(count.load(Ordering::SeqCst), 3);

    let wrong = Credential::client(admin.id.parse().unwrap(), "mks_wrong");
    let error = Client::new(&server.url, wrong).unwrap().me().await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, "invalid_client");
}

#[tokio::test]
async fn a_person_signs_in() {
    let server = Server::start().await;
    let anonymous = Client::builder(&server.url).build().unwrap();
    let login = Login::new(EMAIL, SecretText::new(PASSWORD.to_owned()));
    let access = anonymous.login(&login).await.unwrap();
    let client = Client::new(&server.url, Credential::text(access.access_token)).unwrap();
    assert_eq!(client.me().await.unwrap().principal.name, EMAIL);
    assert!(anonymous.me().await.unwrap_err().is(ErrorCode::CredentialRequired));
}

#[tokio::test]
async fn addresses_and_keys_with_mistakes_are_refused_before_anything_is_sent() {
    for url in ["", "mintkey.example.com", "ftp://a", "https://a/path", "https://u:p@a", "https://a?b"] {
        assert!(matches!(Client::builder(url).build(), Err(Error::InvalidUrl)), "{url}");
    }
    for key in ["", "mk_short", "a b", "ä"] {
        assert!(matches!(Client::new("http://a", Credential::text(key)), Err(Error::InvalidCredential(_))), "{key}");
    }
    let error = Client::new("http://127.0.0.1:1", Credential::text("eyJh")).unwrap().me().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
}

/// A server that answers the first requests with an error, and counts all of them.
async fn faulty(failures: usize, status: StatusCode, target: &Server) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let (counted, origin, http) = (count.clone(), target.url.clone(), reqwest::Client::new());
    let forward = move |request: Request| async move {
        if counted.fetch_add(1, Ordering::SeqCst) < failures {
            return (status, "not Mintkey").into_response();
        }
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let url = format!("{origin}{}", parts.uri);
        let answer = http.request(parts.method, url).headers(parts.headers).body(body).send().await.unwrap();
        (answer.status(), answer.bytes().await.unwrap()).into_response()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(forward)).await });
    (format!("http://{address}"), count)
}

#[tokio::test]
async fn only_requests_that_are_safe_to_repeat_are_repeated() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (url, count) = faulty(2, StatusCode::BAD_GATEWAY, &server).await;
    let client = Client::new(&url, Credential::text(&admin.key)).unwrap();
    client.me().await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 3);

    // A create has an idempotency key, so it is repeated and happens once.
    count.store(0, Ordering::SeqCst);
    Token::new("once").scope("*").register(&client).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 3);

    count.store(0, Ordering::SeqCst);
    let id = admin.id.parse().unwrap();
    let error = client.tokens().invalidate(id, &Invalidation::default()).await.unwrap_err();
    assert!(matches!(error, Error::Unexpected { status: 502, .. }), "{error:?}");
    assert_eq!(count.load(Ordering::SeqCst), 1);

    let (url, count) = faulty(usize::MAX, StatusCode::BAD_GATEWAY, &server).await;
    let client = Client::builder(&url).credential(Credential::text(&admin.key)).retries(1).build().unwrap();
    client.me().await.unwrap_err();
    assert_eq!(count.load(Ordering::SeqCst), 2);
    // Another status isn't temporary.
    let (url, count) = faulty(1, StatusCode::IM_A_TEAPOT, &server).await;
    Client::new(&url, Credential::text(&admin.key)).unwrap().me().await.unwrap_err();
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_repeated_create_says_that_its_secret_is_lost() {
    let server = Server::start().await;
    let client = client(&server).await;
    let token = Token::new("once").scope("*").idempotency_key("deploy-17");
    let first = token.register(&client).await.unwrap();
    let error = token.register(&client).await.unwrap_err();
    assert!(matches!(&error, Error::SecretLost(token) if token.id == first.token.id), "{error:?}");
}
