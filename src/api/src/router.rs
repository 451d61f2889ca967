//! The router: all routes with their layers and documents.

use std::sync::Arc;

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{any, get},
};
use mintkey_api_reference::SCRIPT_PATH;
use mintkey_domain::ErrorCode;
#[cfg(doc)]
use mintkey_service::LogContext;
use serde_json::Value;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    docs, documents, k8s, layers, oauth, openapi,
    operation::{Operations, UNKNOWN_PATHS},
    pki,
    problem::ApiError,
    state::{Api, ApiOptions, Documents},
    v1, well_known,
};

/// All routes of the JSON API and of OAuth, the documents, `/healthz`, `/readyz` and the public keys.
///
/// The peer's address comes from axum's `ConnectInfo<SocketAddr>`, the request's ID from its [`LogContext`]. Unknown paths below `/api` and `/oauth` get 404; all others are left to the outer router.
pub fn router(mut options: ApiOptions) -> Router {
    options.public_url.truncate(options.public_url.trim_end_matches('/').len());
    let (router, document) = described(&options.public_url, options.session_cookie.as_str());
    let operations = Arc::new(Operations::new(&document));
    let documents =
        Documents { openapi: openapi::write(&document), page: docs::write(&document), script: docs::script() };
    let api = Api::new(options, documents);
    let not_found = async || ApiError::from(ErrorCode::NotFound);
    let router = UNKNOWN_PATHS.into_iter().fold(router, |router, path| router.route(path, any(not_found)));
    router
        .route(SCRIPT_PATH, get(documents::script).layer(CompressionLayer::new()))
        .method_not_allowed_fallback(async || ApiError::from(ErrorCode::MethodNotAllowed))
        .layer(from_fn_with_state((api.clone(), operations), layers::respond))
        .with_state(api)
}

/// The routes, and the OpenAPI document from their annotations.
fn described(public_url: &str, session_cookie: &str) -> (Router<Api>, Value) {
    let described = OpenApiRouter::new()
        .merge(v1::routes())
        .merge(oauth::routes())
        .merge(well_known::routes())
        .merge(pki::routes())
        .merge(k8s::routes())
        .merge(documents::routes());
    let (router, document) = described.split_for_parts();
    (router, openapi::complete(document, public_url, session_cookie))
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::operation::Auth;

    fn document() -> Value {
        described("http://mintkey.test", "mintkey_session").1
    }

    /// Operation IDs, methods, paths and operations.
    fn operations(document: &Value) -> Vec<(&str, &str, &str, &Value)> {
        let paths = document["paths"].as_object().unwrap().iter();
        let all = paths.flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| {
                (operation["operationId"].as_str().unwrap(), &**method, &**path, operation)
            })
        });
        all.collect()
    }

    #[test]
    fn the_id_in_a_path_is_the_target_or_what_holds_it() {
        let operations = Operations::new(&document());
        let mut holders: Vec<_> = operations
            .iter()
            .filter(|one| one.route.contains("{id}") && !one.names_target())
            .map(|one| one.id.clone())
            .collect();
        holders.sort();
        let expected = [
            "createServiceAccountToken",
            "getAuditEvent",
            "getCertificates",
            "getRevocationList",
            "getRevocationLists",
            "listServiceAccountTokens",
            "reviewToken",
        ];
        assert_eq!(holders, expected);
    }

    #[test]
    fn a_route_that_the_document_does_not_have_is_no_operation() {
        let operations = Operations::new(&document());
        let find =
            |route: &str| operations.find(route, &Method::GET, &route.parse().unwrap()).map(|one| one.id.clone());
        assert_eq!(find("/api/v1/me").as_deref(), Some("getMe"));
        for unknown in UNKNOWN_PATHS.iter().chain([&SCRIPT_PATH]) {
            assert_eq!(find(unknown).as_deref(), Some(""), "{unknown}");
        }
        assert_eq!(find("/api/v1/forgotten"), None);
        let other = operations.find("/api/v1/me", &Method::PUT, &"/api/v1/me".parse().unwrap()).unwrap();
        assert_eq!(other.auth, Auth::NoOperation, "no handler runs");
    }

    #[test]
    fn the_page_has_one_script_of_its_own_and_every_link_within_it_leads_somewhere() {
        let page = docs::write(&document());
        let html = String::from_utf8(page.body.to_vec()).unwrap();
        assert_eq!(html.matches("<script").count(), 1);
        assert!(html.contains(&format!("<script type=\"module\" src=\"{SCRIPT_PATH}\"></script>")));
        for inline in [" style=", "javascript:", " onclick=", " onsubmit="] {
            assert!(!html.contains(inline), "{inline}");
        }
        for link in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("id=\"{link}\"")), "{link}");
        }
        for (id, ..) in operations(&document()) {
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}
