//! `likemind completions`

use crate::output::Output;
use anyhow::Result;
use clap::{Args, Command};
use clap_complete::Shell;

/// Writes shell completions
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// `cli` is the whole command line.
    pub(crate) fn run(self, cli: &mut Command, out: &mut Output<'_>) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, cli, "likemind", &mut script);
        out.write(&script)
    }
}
