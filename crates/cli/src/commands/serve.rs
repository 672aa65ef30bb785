//! `likemind serve`

use crate::args::Shared;
use crate::serving::{Doors, serve};
use anyhow::Result;
use clap::Args;
use likemind_store::Store;
use std::path::PathBuf;

/// Serves recommendations, jobs and the page over HTTP
///
/// Beyond this machine it serves only with a token, from a file or the variables LIKEMIND_TOKEN and
/// LIKEMIND_READ_TOKEN.
#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    doors: Doors,
    /// Serves the page from this folder, and has browsers load it anew when a file changes
    #[arg(long, value_name = "DIR")]
    assets: Option<PathBuf>,
}

impl Serve {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let store = Store::create_or_open(&shared.db()).await?;
        serve(store, self.doors, self.assets).await
    }
}
