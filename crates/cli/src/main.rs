//! `likemind`, the command line: results to standard output, progress and notes to standard error.

mod args;
mod cli;
mod client;
mod commands;
mod database;
mod files;
mod fitting;
mod hints;
mod ids;
mod interrupt;
mod log;
mod messages;
mod notes;
mod output;
mod pool;
mod progress;
mod recommending;
mod record;
mod screen;
mod service;
mod serving;
mod text;
mod values;
mod wording;

use clap::Parser;
use cli::Cli;
use interrupt::{Interrupted, Stopped};
use messages::say;
use output::Output;
use std::io;
use std::process::ExitCode;
use tokio::runtime::{Builder, Runtime};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let _written = messages::begin();
    let runtime = match runtime(&cli) {
        Ok(runtime) => runtime,
        Err(error) => {
            say(format_args!("likemind: expected to start threads, found: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let out = Output::new(cli.shared.format, io::stdout());
    let done = runtime.block_on(cli::run(cli, out));
    // Threads that are still computing after a signal have nothing to store.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // A closed pipe is not an error.
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("likemind: {}", text::explained(&error)));
            let by_signal = error.downcast_ref().map(Interrupted::exit_code);
            let by_signal = by_signal.or(error.downcast_ref().map(Stopped::exit_code));
            by_signal.map_or(ExitCode::FAILURE, ExitCode::from)
        }
    }
}

/// A service uses all cores. A command runs on this thread, and needs one more that handles signals while
/// this one is blocked on standard output.
fn runtime(cli: &Cli) -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if !cli.command.serves() {
        builder.worker_threads(1);
    }
    builder.enable_all().build()
}
