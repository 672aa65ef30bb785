//! `likemind completions`

use crate::output::Output;
use anyhow::Result;
use clap::{Args, Command};
use clap_complete::Shell;

/// Writes completions for a shell
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Of the whole command line, `cli`.
    pub(crate) fn run(self, cli: &mut Command, out: &mut Output<'_>) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, cli, "likemind", &mut script);
        out.write(&script)
    }
}
