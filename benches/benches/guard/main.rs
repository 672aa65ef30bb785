//! The guard: fails if a hot path has lost its lead over a simple counterpart. The reference ratios are
//! in `guard.toml`; `-- --record` updates them.

mod kernels;
mod lists;
mod opening;
mod people;
mod predictions;
mod recommendations;

use anyhow::Context;
use likemind_bench::{Guard, Purpose, Record, cpu_name};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` passes `--bench`, `cargo test` does not. Other arguments are for criterion.
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let purpose = match arguments[..] {
        ["--bench"] => Purpose::Check,
        ["--record", "--bench"] | ["--bench", "--record"] => Purpose::Record,
        _ => {
            println!("guard: nothing to do (cargo bench --bench guard [-- --record])");
            return Ok(ExitCode::SUCCESS);
        }
    };
    // With one thread, the load of other cores matters less.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    pool.install(|| run(purpose))
}

fn run(purpose: Purpose) -> anyhow::Result<ExitCode> {
    let file = record_file();
    let record = match purpose {
        Purpose::Record if !file.exists() => Record::default(),
        _ => Record::read(&file)?,
    };
    let (recorded_on, here) = (record.cpu.clone(), cpu_name());
    let mut guard = Guard::new(record, purpose);
    kernels::compare(&mut guard).context("kernels")?;
    lists::compare(&mut guard).context("lists")?;
    recommendations::compare(&mut guard).context("recommendations")?;
    predictions::compare(&mut guard).context("predictions")?;
    opening::compare(&mut guard).context("opening")?;
    if purpose == Purpose::Record {
        let record = guard.new_record();
        record.write(&file)?;
        println!("{} ratios recorded in {}", record.ratios.len(), file.display());
        return Ok(ExitCode::SUCCESS);
    }
    let report = guard.report();
    println!("{report}");
    if !recorded_on.contains(&here) {
        println!(
            "The ratios were recorded on {recorded_on}; those of this machine, {here}, may differ."
        );
    }
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn record_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("guard.toml")
}
