//! The limits of every router: how large a body may be, and how long it may take to arrive.
//!
//! Invariant: a handler gets the body whole and raw, as the sender signed it, or does not run. What
//! a handler does is not limited in time here: a change that has begun is the functions' to end.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;
use tracing::Instrument;

use crate::log;

/// The largest body that is read, in bytes.
pub const BODY_MAX: usize = 256 * 1024;

/// How long a client may take to send the body.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// A router whose requests have a whole body within the limits, and a span of their own. A larger
/// body is answered with 413, a slower one with 408.
pub fn limited(router: Router) -> Router {
    router.layer(middleware::from_fn(answer))
}

async fn answer(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > BODY_MAX {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    match timeout(BODY_TIMEOUT, to_bytes(body, BODY_MAX)).await {
        Ok(Ok(body)) => {
            let request = Request::from_parts(head, Body::from(body));
            next.run(request).instrument(log::request()).await
        }
        Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::routing::post;
    use http_body_util::{BodyExt, Full};
    use tower::ServiceExt;

    use super::*;

    async fn status(body: Body) -> u16 {
        let routes = Router::new().route("/", post(async |body: Bytes| body.len().to_string()));
        let request = Request::post("/").body(body).unwrap();
        limited(routes).oneshot(request).await.unwrap().status().as_u16()
    }

    /// A body of unknown length, as a chunked one is.
    fn chunked(length: usize) -> Body {
        Body::new(Full::new(Bytes::from(vec![b'x'; length])).map_frame(|frame| frame))
    }

    #[tokio::test]
    async fn body_above_the_limit_is_answered_413_announced_or_chunked() {
        for (length, expected) in [(0, 200), (BODY_MAX, 200), (BODY_MAX + 1, 413)] {
            assert_eq!(status(Body::from(vec![b'x'; length])).await, expected, "{length}");
            assert_eq!(status(chunked(length)).await, expected, "{length} in chunks");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn body_that_does_not_end_in_time_is_answered_408() {
        let endless = Full::new(Bytes::from("x")).with_trailers(std::future::pending());
        assert_eq!(status(Body::new(endless)).await, 408);
    }
}
