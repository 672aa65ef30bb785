//! `likemind serve`

use crate::args::Shared;
use crate::serving::{ServiceArgs, serve};
use anyhow::Result;
use clap::Args;
use likemind_store::Store;
use std::path::PathBuf;

/// Serves recommendations, jobs and a web page over HTTP
///
/// An address that other machines can reach requires a token, from a file or the variables LIKEMIND_TOKEN
/// and LIKEMIND_READ_TOKEN.
#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    service: ServiceArgs,
    /// Serves the page from this folder, and reloads browsers when a file changes
    #[arg(long, value_name = "DIR")]
    assets: Option<PathBuf>,
}

impl Serve {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let store = Store::create_or_open(&shared.db()).await?;
        serve(store, self.service, self.assets).await
    }
}
