//! `likemind`, the command line: results to standard output, progress and notes to standard error.

mod args;
mod commands;
mod engine;
mod interrupt;
mod output;
mod progress;

use args::Cli;
use clap::Parser;
use interrupt::Interrupted;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match commands::run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        // Who reads the output has seen enough.
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("likemind: {}", output::printable(&format!("{error:#}")));
            match error.downcast_ref::<Interrupted>() {
                Some(interrupted) => ExitCode::from(interrupted.exit_code()),
                None => ExitCode::FAILURE,
            }
        }
    }
}
