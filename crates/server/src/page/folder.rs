//! The page from a folder, for editing it: the browser reloads it when a file changes.

use super::INDEX;
use crate::app::{App, stopped};
use crate::event_stream::event_stream;
use crate::problem::Problem;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::task::spawn_blocking;
use tower_http::services::ServeDir;

/// Interval at which the folder is checked for changes.
const POLL: Duration = Duration::from_millis(300);

/// Tells the page to listen for changes.
const MARK: &str = "<meta name=\"likemind-assets\" content=\"folder\">\n</head>";

pub(super) fn routes(folder: &Path) -> Router<Arc<App>> {
    let (index, watched) = (folder.join(INDEX), folder.to_owned());
    Router::new()
        .route("/", get(move || page(index.clone())))
        .route("/assets-events", get(move |app| changes(app, watched.clone())))
        .nest_service("/assets", ServeDir::new(folder))
}

async fn page(index: PathBuf) -> Response {
    match tokio::fs::read_to_string(&index).await {
        Ok(text) => Html(text.replacen("</head>", MARK, 1)).into_response(),
        Err(error) => {
            tracing::warn!(file = %index.display(), %error, "cannot read the page");
            Problem::unknown("a file of the page", INDEX).into_response()
        }
    }
}

/// A stream with an event whenever a file changes.
async fn changes(State(app): State<Arc<App>>, folder: PathBuf) -> Response {
    let Ok(permit) = Arc::clone(&app.streams).try_acquire_owned() else {
        return Problem::unavailable("expected fewer event streams, found too many")
            .into_response();
    };
    let watch = (state_of(folder.clone()).await, app.stopping.subscribe());
    let events = stream::unfold(watch, move |(mut last, mut stopping)| {
        let folder = folder.clone();
        let _permit = &permit;
        async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(POLL) => {}
                    () = stopped(&mut stopping) => return None,
                }
                let now = state_of(folder.clone()).await;
                if now != last {
                    last = now;
                    let event = Bytes::from_static(b"event: change\ndata: \n\n");
                    return Some((Ok::<_, Infallible>(event), (last, stopping)));
                }
            }
        }
    });
    event_stream(events)
}

type FileState = (PathBuf, Option<SystemTime>, u64);

/// The files of a folder, with their times and sizes; empty if it cannot be read.
async fn state_of(folder: PathBuf) -> Vec<FileState> {
    let files = spawn_blocking(move || list_files(&folder)).await;
    files.ok().and_then(Result::ok).unwrap_or_default()
}

fn list_files(folder: &Path) -> io::Result<Vec<FileState>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            files.extend(list_files(&entry.path())?);
        } else {
            files.push((entry.path(), metadata.modified().ok(), metadata.len()));
        }
    }
    files.sort();
    Ok(files)
}
