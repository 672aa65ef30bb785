//! The page: files compiled into the program, or those of a folder for whoever edits them.

mod folder;

use crate::app::App;
use crate::extract::Path;
use crate::known::is_known;
use crate::problem::Problem;
use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};
use std::path::PathBuf;
use std::sync::Arc;

/// The page itself.
const INDEX: &str = "index.html";

#[derive(Embed)]
#[folder = "assets/"]
struct Embedded;

/// Where the page's files are.
#[derive(Clone, Debug)]
pub(crate) enum Assets {
    /// In the program.
    Embedded,
    /// In a folder, looked at for each request.
    Folder(PathBuf),
}

/// The routes of the page.
pub(crate) fn routes(assets: &Assets) -> Router<Arc<App>> {
    match assets {
        Assets::Embedded => {
            Router::new().route("/", get(index)).route("/assets/{*file}", get(asset))
        }
        Assets::Folder(folder) => folder::routes(folder),
    }
}

async fn index(headers: HeaderMap) -> Response {
    embedded(INDEX, &headers)
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    embedded(&file, &headers)
}

/// A file of the program; 304 where it is known already. A new program has new tags.
fn embedded(name: &str, headers: &HeaderMap) -> Response {
    let Some(EmbeddedFile { data, metadata }) = Embedded::get(name) else {
        return Problem::unknown("a file of the page", name).into_response();
    };
    let hash = metadata.sha256_hash();
    let tag: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("W/\"{tag}\"");
    let head = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if is_known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    let kind = with_charset(metadata.mimetype());
    (head, [(header::CONTENT_TYPE, kind)], data).into_response()
}

/// Text says in which encoding it is.
fn with_charset(kind: &str) -> String {
    match kind.starts_with("text/") && !kind.contains("charset") {
        true => format!("{kind}; charset=utf-8"),
        false => kind.to_owned(),
    }
}
