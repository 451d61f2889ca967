//! `GET /api/v1/me`.

use http::StatusCode;
use mintkey_domain::wire;
use mintkey_service::Actor;

use super::examples;
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Needs},
    routes::Routes,
};

static ME: Endpoint = Endpoint {
    path: "/api/v1/me",
    name: "getMe",
    title: "Who am I, and what may I do?",
    about: "Works with every credential, whatever its scopes. `scopes` is what the credential may do now: what it was \
            given, as far as its owner may do it at this moment. The cheapest way to see whether a credential works.",
    area: "Credentials",
    needs: Needs::Credential,
    answer: Answer::json::<wire::Me>(200, "The caller.", examples::me),
    ..Endpoint::EMPTY
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.guarded(&ME, me)
}

async fn me(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    answer::json(StatusCode::OK, &actor.me())
}
