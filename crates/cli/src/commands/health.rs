//! `likemind health`

use crate::client::ServerArgs;
use crate::output::Output;
use anyhow::Result;
use clap::Args;

/// Asks a running service how it is
///
/// Asks a running service how it is, for health checks of containers: the exit code is 0 or 1.
#[derive(Args)]
pub(crate) struct Health {
    #[command(flatten)]
    server: ServerArgs,
    /// Fails too while the service lives but cannot answer questions yet
    #[arg(long)]
    ready: bool,
}

impl Health {
    pub(crate) fn run(self, out: &mut Output<'_>) -> Result<()> {
        let client = self.server.or_here()?;
        client.check(if self.ready { "/readyz" } else { "/healthz" })?;
        out.line("ok")
    }
}
