//! `likemind health`

use crate::client::ServerArgs;
use crate::output::Output;
use anyhow::Result;
use clap::Args;

/// Checks that a service is alive
///
/// Intended for health checks of containers: the exit code is 0 or 1.
#[derive(Args)]
pub(crate) struct Health {
    #[command(flatten)]
    server: ServerArgs,
    /// Checks that the service is ready to answer
    #[arg(long)]
    ready: bool,
}

impl Health {
    pub(crate) fn run(self, out: &mut Output<'_>) -> Result<()> {
        let client = self.server.or_default()?;
        client.check(if self.ready { "/readyz" } else { "/healthz" })?;
        out.line("ok")
    }
}
