//! The page of a phone, as it was compiled in.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;

/// Nothing but what this page brings runs, loads or is spoken to; no other page may frame it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const ICON: &str = "image/svg+xml";

/// Path, type and content of each file.
const FILES: [(&str, &str, &str); 14] = [
    ("/", HTML, include_str!("../../page/index.html")),
    ("/style.css", STYLE, include_str!("../../page/style.css")),
    ("/icon.svg", ICON, include_str!("../../page/icon.svg")),
    ("/app.js", SCRIPT, include_str!("../../page/app.js")),
    ("/api.js", SCRIPT, include_str!("../../page/api.js")),
    ("/bill.js", SCRIPT, include_str!("../../page/bill.js")),
    ("/dom.js", SCRIPT, include_str!("../../page/dom.js")),
    ("/faults.js", SCRIPT, include_str!("../../page/faults.js")),
    ("/phone.js", SCRIPT, include_str!("../../page/phone.js")),
    ("/road.js", SCRIPT, include_str!("../../page/road.js")),
    ("/view.js", SCRIPT, include_str!("../../page/view.js")),
    ("/format.js", SCRIPT, include_str!("../../page/format.js")),
    ("/memory.js", SCRIPT, include_str!("../../page/memory.js")),
    ("/sound.js", SCRIPT, include_str!("../../page/sound.js")),
];

/// Serves the files of the page.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.iter().fold(Router::new(), |router, (path, media_type, content)| {
        router.route(path, get(async || file(media_type, content)))
    })
}

fn file(media_type: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // A newer program serves a newer page, at the same address.
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers.map(|(name, value)| (name, HeaderValue::from_static(value))), content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_page_asks_for_is_there() {
        let served: Vec<&str> = FILES.iter().map(|(path, ..)| *path).collect();
        for (_, media_type, content) in FILES {
            let quoted = content.split(['"', '\'']).skip(1).step_by(2);
            let asked = quoted.filter_map(|text| match media_type {
                HTML => text.strip_prefix('/'),
                SCRIPT => text.strip_prefix("./"),
                _ => None,
            });
            for path in asked.filter(|path| !path.contains(' ')) {
                assert!(served.contains(&format!("/{path}").as_str()), "{path}");
            }
        }
    }

    #[test]
    fn no_text_from_outside_can_become_markup() {
        let ways = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("];
        for (path, _, content) in FILES {
            for way in ways {
                assert!(!content.contains(way), "{path} uses {way}");
            }
        }
    }
}
