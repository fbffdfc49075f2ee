//! A router as a Lambda function, behind an HTTP API, a REST API or a function's own address.

use axum::Router;
use axum::http::Uri;
use lambda_http::request::RequestContext;
use lambda_http::tower::ServiceExt;
use lambda_http::{Error, Request, RequestExt};

/// Answers HTTP requests.
///
/// # Errors
/// The runtime ended.
pub async fn serve(router: Router) -> Result<(), Error> {
    lambda_http::run(router.map_request(at_its_route)).await
}

/// A request at the path of its route. `lambda_http` puts the name of the API's stage before the
/// path; the routes know of no stage.
#[must_use]
pub fn at_its_route(mut request: Request) -> Request {
    let path = request.raw_http_path();
    let route = match request.request_context_ref() {
        // A REST API sends the path without its stage, an HTTP API with it.
        Some(RequestContext::ApiGatewayV1(_)) => Some(path),
        Some(RequestContext::ApiGatewayV2(context)) => {
            let stage = context.stage.as_deref();
            let behind = stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage));
            behind.filter(|route| route.starts_with('/')).or(Some(path))
        }
        _ => None,
    };
    if let Some(uri) = route.and_then(|route| route.parse::<Uri>().ok()) {
        *request.uri_mut() = uri;
    }
    request
}
