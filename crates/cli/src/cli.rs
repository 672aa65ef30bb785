//! Definition of the command line, and dispatch to the commands.

use crate::args::Shared;
use crate::commands;
use crate::output::Output;
use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

/// Finds people who rate as you do and recommends what they liked.
///
/// Start with `likemind demo`, or with your own ratings: `likemind import ml-latest-small.zip`,
/// `likemind fit`, `likemind recommend --user 1 --explain`.
#[derive(Parser)]
#[command(name = "likemind", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands. Their help is on their own types: a doc comment here would replace it.
#[derive(Subcommand)]
pub(crate) enum Command {
    Demo(commands::demo::Demo),
    Import(commands::import::Import),
    Download(commands::download::Download),
    Generate(commands::generate::Generate),
    Fit(commands::fit::Fit),
    Neighbours(commands::neighbours::Neighbours),
    Similarity(commands::similarity::SimilarityOf),
    Items(commands::items::Items),
    Recommend(commands::recommend::Recommend),
    Predict(commands::predict::Predict),
    Facts(commands::facts::Facts),
    Evaluate(commands::evaluate::Evaluate),
    Export(commands::export::Export),
    Backup(commands::backup::Backup),
    Verify(commands::verify::Verify),
    Rate(commands::rate::Rate),
    Forget(commands::rate::Forget),
    Scale(commands::scale::Scale),
    Models(commands::models::Models),
    Jobs(commands::jobs::Jobs),
    Serve(commands::serve::Serve),
    Health(commands::health::Health),
    Completions(commands::completions::Completions),
}

impl Command {
    /// Whether the command runs a service.
    pub(crate) fn serves(&self) -> bool {
        match self {
            Self::Serve(_) => true,
            Self::Demo(demo) => demo.serves(),
            _ => false,
        }
    }
}

/// Runs a command, which writes its results to `out`.
pub(crate) async fn run(cli: Cli, mut out: Output<'static>) -> Result<()> {
    let Cli { shared, command } = cli;
    match command {
        Command::Demo(demo) => demo.run(&shared, &mut out).await,
        Command::Import(import) => import.run(&shared, &mut out).await,
        Command::Download(download) => download.run(&shared, &mut out),
        Command::Generate(generate) => generate.run(&shared, &mut out),
        Command::Fit(fit) => fit.run(&shared, &mut out).await,
        Command::Neighbours(neighbours) => neighbours.run(&shared, &mut out).await,
        Command::Similarity(similarity) => similarity.run(&shared, &mut out).await,
        Command::Items(items) => items.run(&shared, &mut out).await,
        Command::Recommend(recommend) => recommend.run(&shared, &mut out).await,
        Command::Predict(predict) => predict.run(&shared, &mut out).await,
        Command::Facts(facts) => facts.run(&shared, &mut out).await,
        Command::Evaluate(evaluate) => evaluate.run(&shared, &mut out).await,
        Command::Export(export) => export.run(&shared, &mut out).await,
        Command::Backup(backup) => backup.run(&shared, out).await,
        Command::Verify(verify) => verify.run(&shared, &mut out).await,
        Command::Rate(rate) => rate.run(&shared, &mut out).await,
        Command::Forget(forget) => forget.run(&shared, &mut out).await,
        Command::Scale(scale) => scale.run(&shared, &mut out).await,
        Command::Models(models) => models.run(&shared, &mut out).await,
        Command::Jobs(jobs) => jobs.run(&shared, &mut out).await,
        Command::Serve(serve) => serve.run(&shared).await,
        Command::Health(health) => health.run(&mut out),
        Command::Completions(completions) => completions.run(&mut Cli::command(), &mut out),
    }
}
