//! Runs the action of a form: decodes the form into the arguments of a server function, and calls the same function
//! that a script would call.

use axum::extract::Request;
use http::header;
use leptos::{
    context::provide_context,
    reactive::{computed::ScopedFuture, owner::Owner},
    server_fn::{
        ServerFn,
        codec::{FromReq, PostUrl},
    },
};
use mintkey_domain::{ErrorCode, Problem};

use super::visitor::Visitor;
use crate::error::{AppError, Result};

/// The result of submitting a form.
pub(crate) enum Submitted<F: ServerFn> {
    /// The action succeeded.
    Done(F::Output),
    /// The action was refused, with the submitted form and the reason.
    Refused(Box<F>, Problem),
}

/// Decodes a form, adds values from its URL, and runs its action.
///
/// # Errors
/// A form that can't be decoded isn't from the console, so there is no form to show again.
pub(crate) async fn run_form<F>(
    visitor: &Visitor,
    request: Request,
    complete: impl FnOnce(&mut F),
) -> Result<Submitted<F>>
where
    F: ServerFn<Error = AppError> + FromReq<PostUrl, Request, AppError> + Clone,
{
    Ok(run_action(visitor, decode_form(request, complete).await?).await)
}

/// Decodes a form and adds values from its URL.
///
/// # Errors
/// As [`run_form`].
pub(crate) async fn decode_form<F>(request: Request, complete: impl FnOnce(&mut F)) -> Result<F>
where
    F: FromReq<PostUrl, Request, AppError>,
{
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded")) {
        return Err(AppError::new(
            ErrorCode::UnsupportedMediaType,
            "Expected a form (`application/x-www-form-urlencoded`).",
        ));
    }
    let mut call = F::from_req(request).await?;
    complete(&mut call);
    Ok(call)
}

/// Runs the action of a decoded form.
pub(crate) async fn run_action<F>(visitor: &Visitor, call: F) -> Submitted<F>
where
    F: ServerFn<Error = AppError> + Clone,
{
    let submitted = call.clone();
    let owner = Owner::new();
    let output = owner.with(|| {
        provide_context(visitor.clone());
        ScopedFuture::new(call.run_body())
    });
    match output.await {
        Ok(output) => Submitted::Done(output),
        Err(AppError(problem)) => Submitted::Refused(Box::new(submitted), problem),
    }
}
