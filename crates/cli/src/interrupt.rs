//! Ctrl-C and SIGTERM in work that can go on later.

use crate::messages::say;
use anyhow::Result;
use likemind_store::{FitStop, JobId};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// What a signal's number is added to in an exit code.
const EXIT_BASE: u8 = 128;
const SIGINT: u8 = 2;
const SIGTERM: u8 = 15;

/// Listens for signals until it is dropped: the first stops a fit, the second ends the process at
/// once.
pub(crate) struct Interrupt {
    signal: Arc<AtomicU8>,
    listener: tokio::task::JoinHandle<()>,
}

impl Interrupt {
    pub(crate) fn listen(stop: &FitStop) -> Result<Self> {
        let mut signals = Signals::new()?;
        let (signal, stop) = (Arc::new(AtomicU8::new(SIGINT)), stop.clone());
        let heard = Arc::clone(&signal);
        let listener = tokio::spawn(async move {
            heard.store(signals.next().await, Ordering::Relaxed);
            stop.stop();
            say("stopping; once more stops at once");
            std::process::exit(i32::from(EXIT_BASE + signals.next().await));
        });
        Ok(Self { signal, listener })
    }

    /// The signal that was heard.
    pub(crate) fn signal(&self) -> u8 {
        self.signal.load(Ordering::Relaxed)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Waits for the first signal; a second one ends the process at once.
pub(crate) fn first_signal() -> Result<impl Future<Output = ()>> {
    let mut signals = Signals::new()?;
    Ok(async move {
        signals.next().await;
        tracing::info!("stopping; once more stops at once");
        tokio::spawn(async move {
            std::process::exit(i32::from(EXIT_BASE + signals.next().await));
        });
    })
}

struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => SIGINT,
            _ = self.terminate.recv() => SIGTERM,
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> u8 {
        // An error means that no signal will come.
        match tokio::signal::ctrl_c().await {
            Ok(()) => SIGINT,
            Err(_) => std::future::pending().await,
        }
    }
}

/// Waits for a signal.
pub(crate) async fn signalled() -> Result<Stopped> {
    Ok(Stopped { signal: Signals::new()?.next().await })
}

/// Work was stopped, of which nothing is left.
#[derive(Debug)]
pub(crate) struct Stopped {
    signal: u8,
}

impl Stopped {
    pub(crate) fn by(signal: u8) -> Self {
        Self { signal }
    }

    /// As shells expect it of a process that a signal ended.
    pub(crate) fn exit_code(&self) -> u8 {
        EXIT_BASE + self.signal
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("stopped; what was begun is removed")
    }
}

impl std::error::Error for Stopped {}

/// A fit was stopped, and can go on.
#[derive(Debug)]
pub(crate) struct Interrupted {
    pub(crate) signal: u8,
    pub(crate) job: JobId,
    pub(crate) work_done: f64,
}

impl Interrupted {
    /// As shells expect it of a process that a signal ended.
    pub(crate) fn exit_code(&self) -> u8 {
        EXIT_BASE + self.signal
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job, work_done, .. } = self;
        let command: Vec<String> = std::env::args().skip(1).collect();
        let percent = work_done * 100.0;
        write!(
            out,
            "job {job} is stopped; it goes on at {percent:.0} % with: likemind {}",
            command.join(" ")
        )
    }
}

impl std::error::Error for Interrupted {}
