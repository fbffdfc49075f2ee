//! A small page in words, and the headers of everything that a link opens.
//!
//! Invariant: a page loads nothing, runs no script and is kept by no cache. Texts are escaped.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

const STYLE: &str = "body{font:17px/1.5 system-ui,sans-serif;margin:12vh auto;max-width:34em;padding:0 1.2em;\
                     color:#1b1b1b;background:#fff}h1{font-size:1.4em;margin:0 0 .4em}.due{font-size:2em;margin:.4em 0}\
                     button{font:inherit;width:100%;max-width:20em;padding:.7em 1em;border:0;border-radius:.4em;\
                     color:#fff;background:#155ab3;cursor:pointer}";

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// A page with a title and one paragraph.
#[must_use]
pub fn words(status: StatusCode, title: &str, text: &str) -> Response {
    html(status, title, &format!("<p>{}</p>\n", escaped(text)))
}

/// A page with a title and a body in HTML.
#[must_use]
pub fn html(status: StatusCode, title: &str, body: &str) -> Response {
    let title = escaped(title);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         {body}</main>\n</body>\n</html>\n"
    );
    let mut response = private(status, "text/html; charset=utf-8", html);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// A response that no cache keeps, no browser reads as another type, and no search engine lists.
#[must_use]
pub fn private(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ];
    (status, headers, body.into()).into_response()
}

/// A text in HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_escaped() {
        assert_eq!(
            escaped("<script>a&b</script> \"'"),
            "&lt;script&gt;a&amp;b&lt;/script&gt; &quot;&#39;"
        );
    }
}
