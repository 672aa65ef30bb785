//! The web page: files compiled into the binary or, while editing them, from a folder.

mod folder;

use crate::app::App;
use crate::extract::Path;
use crate::hex::hex;
use crate::known::KnownTags;
use crate::problem::{Answer, Problem};
use axum::Router;
use axum::http::{HeaderMap, header};
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

/// The source of the page's files.
#[derive(Clone, Debug)]
pub(crate) enum Assets {
    /// The binary.
    Embedded,
    /// A folder, read for each request.
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

async fn index(headers: HeaderMap) -> Answer<Response> {
    embedded(INDEX, &headers)
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Answer<Response> {
    embedded(&file, &headers)
}

/// A file of the binary; 304 if the client already has it. A new binary has new tags.
fn embedded(name: &str, headers: &HeaderMap) -> Answer<Response> {
    let Some(EmbeddedFile { data, metadata }) = Embedded::get(name) else {
        return Err(Problem::unknown("a file of the page", name));
    };
    let tag = format!("W/\"{}\"", hex(&metadata.sha256_hash()[..8]));
    KnownTags::of(headers).unless_known(&tag, "no-cache", || {
        let kind = with_charset(metadata.mimetype());
        Ok(([(header::CONTENT_TYPE, kind)], data).into_response())
    })
}

/// Adds the character set to text types.
fn with_charset(kind: &str) -> String {
    match kind.starts_with("text/") && !kind.contains("charset") {
        true => format!("{kind}; charset=utf-8"),
        false => kind.to_owned(),
    }
}
