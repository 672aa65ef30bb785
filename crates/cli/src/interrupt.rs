//! Handling of Ctrl-C and SIGTERM.

use crate::messages::say;
use anyhow::Result;
use likemind_store::JobId;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::broadcast;

/// Exit code of a process that was ended by signal 0, by convention of shells.
const EXIT_BASE: u8 = 128;
const SIGINT: u8 = 2;
const SIGTERM: u8 = 15;

/// The signals of the process. Once they are handled, they no longer end the process by default, so a
/// signal without a listener ends it explicitly.
static SIGNALS: OnceLock<broadcast::Sender<u8>> = OnceLock::new();

/// Maximum number of pending signals.
const PENDING: usize = 16;

/// A listener for signals: the first one stops long work, the second one ends the process immediately.
pub(crate) struct Interrupt {
    signal: Arc<AtomicU8>,
    listener: tokio::task::JoinHandle<()>,
}

impl Interrupt {
    /// Listens; `stop` is called at the first signal.
    pub(crate) fn listen(stop: impl FnOnce() + Send + 'static) -> Result<Self> {
        let mut signals = Signals::new()?;
        let signal = Arc::new(AtomicU8::new(SIGINT));
        let received = Arc::clone(&signal);
        let listener = tokio::spawn(async move {
            received.store(signals.next().await, Ordering::Relaxed);
            stop();
            say("stopping; a second signal stops immediately");
            end(signals.next().await);
        });
        Ok(Self { signal, listener })
    }

    /// The signal that was received.
    pub(crate) fn signal(&self) -> u8 {
        self.signal.load(Ordering::Relaxed)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Work in steps that a signal stops.
pub(crate) struct Stoppable {
    is_stopped: Arc<AtomicBool>,
    interrupt: Interrupt,
}

impl Stoppable {
    pub(crate) fn listen() -> Result<Self> {
        let is_stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_stopped);
        let interrupt = Interrupt::listen(move || stop.store(true, Ordering::Relaxed))?;
        Ok(Self { is_stopped, interrupt })
    }

    /// Returns the result of a step, or [`Stopped`] if a signal has arrived.
    pub(crate) fn check<T, E: Into<anyhow::Error>>(&self, result: Result<T, E>) -> Result<T> {
        if self.is_stopped.load(Ordering::Relaxed) {
            return Err(Stopped::by(self.interrupt.signal()).into());
        }
        result.map_err(E::into)
    }
}

/// Waits for the first signal; a second one ends the process immediately.
pub(crate) fn first_signal() -> Result<impl Future<Output = ()>> {
    let mut signals = Signals::new()?;
    Ok(async move {
        signals.next().await;
        tracing::info!("stopping; a second signal stops immediately");
        // Without a listener, the second one ends the process.
        drop(signals);
    })
}

/// Waits for a signal; the next one ends the process immediately.
pub(crate) async fn signalled() -> Result<Stopped> {
    Ok(Stopped { signal: Signals::new()?.next().await })
}

/// Ends the process with the conventional exit code of a signal.
fn end(signal: u8) -> ! {
    std::process::exit(i32::from(EXIT_BASE + signal))
}

/// A subscription to the signals of the process.
struct Signals(broadcast::Receiver<u8>);

impl Signals {
    fn new() -> Result<Self> {
        if let Some(signals) = SIGNALS.get() {
            return Ok(Self(signals.subscribe()));
        }
        let mut system = SystemSignals::new()?;
        let (sender, receiver) = broadcast::channel(PENDING);
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
            // An error means that the queue has overflowed; the remaining signals follow.
            if let Ok(signal) = self.0.recv().await {
                return signal;
            }
        }
    }
}

/// The signals of the operating system.
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
        // After an error no signal will arrive.
        match tokio::signal::ctrl_c().await {
            Ok(()) => SIGINT,
            Err(_) => std::future::pending().await,
        }
    }
}

/// The error of work that was stopped and undone.
#[derive(Debug)]
pub(crate) struct Stopped {
    signal: u8,
}

impl Stopped {
    pub(crate) fn by(signal: u8) -> Self {
        Self { signal }
    }

    /// The conventional exit code of the signal.
    pub(crate) fn exit_code(&self) -> u8 {
        EXIT_BASE + self.signal
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("stopped; partial results were removed")
    }
}

impl std::error::Error for Stopped {}

/// The error of a fit that was stopped and can be resumed.
#[derive(Debug)]
pub(crate) struct Interrupted {
    pub(crate) signal: u8,
    pub(crate) job: JobId,
    pub(crate) work_done: f64,
}

impl Interrupted {
    /// The conventional exit code of the signal.
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
            "job {job} is stopped at {percent:.0} %; resume it with: likemind {}",
            command.join(" ")
        )
    }
}

impl std::error::Error for Interrupted {}
