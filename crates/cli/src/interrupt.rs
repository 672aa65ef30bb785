//! Ctrl-C and SIGTERM in work that can go on later.

use crate::messages::say;
use anyhow::Result;
use likemind_engine::FitStop;
use likemind_store::JobId;
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::broadcast;

/// What a signal's number is added to in an exit code.
const EXIT_BASE: u8 = 128;
const SIGINT: u8 = 2;
const SIGTERM: u8 = 15;

/// Who has the process's signals. Once a process has asked for them, they no longer end it by
/// themselves: one that nobody listens for ends it here.
static SIGNALS: OnceLock<broadcast::Sender<u8>> = OnceLock::new();

/// More signals than a person sends before they are looked at.
const WAITING: usize = 16;

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
            end(signals.next().await);
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
        // So that nobody listens for the second.
        drop(signals);
    })
}

/// Waits for a signal; the next one ends the process at once.
pub(crate) async fn signalled() -> Result<Stopped> {
    Ok(Stopped { signal: Signals::new()?.next().await })
}

/// Ends the process, as shells expect it of one that a signal ended.
fn end(signal: u8) -> ! {
    std::process::exit(i32::from(EXIT_BASE + signal))
}

/// The signals from now on.
struct Signals(broadcast::Receiver<u8>);

impl Signals {
    fn new() -> Result<Self> {
        if let Some(signals) = SIGNALS.get() {
            return Ok(Self(signals.subscribe()));
        }
        let mut system = SystemSignals::new()?;
        let (sender, receiver) = broadcast::channel(WAITING);
        let signals = SIGNALS.get_or_init(|| sender).clone();
        tokio::spawn(async move {
            loop {
                let signal = system.next().await;
                if signals.send(signal).is_err() {
                    end(signal);
                }
            }
        });
        Ok(Self(receiver))
    }

    async fn next(&mut self) -> u8 {
        loop {
            // An error means that there were more than can wait: those that do wait come next.
            if let Ok(signal) = self.0.recv().await {
                return signal;
            }
        }
    }
}

/// What the system sends.
struct SystemSignals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl SystemSignals {
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
