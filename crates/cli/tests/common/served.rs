//! A service as a process.

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A command that is run in a folder.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("likemind"));
    command.current_dir(folder).env_remove("LIKEMIND_DB").env_remove("LIKEMIND_TOKEN");
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A service in its own process.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    /// Starts the service and waits until it is ready.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = command(folder, arguments).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = loop {
            let line = log.next().expect("a line on where it listens").unwrap();
            if let Some((_, url)) = line.split_once("url=") {
                break url.trim().to_owned();
            }
        };
        // Drains the log.
        thread::spawn(move || log.for_each(drop));
        let served = Self { child, url };
        while served.get("/readyz").is_none() {
            thread::sleep(Duration::from_millis(20));
        }
        served
    }

    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        let mut response = ureq::get(format!("{}{path}", self.url)).call().ok()?;
        serde_json::from_str(&response.body_mut().read_to_string().ok()?).ok()
    }

    pub(crate) fn put(&self, path: &str, body: &str) -> bool {
        self.request("PUT", path, body)
    }

    /// Sends a request, with a JSON body unless it is empty. Returns whether it succeeded.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> bool {
        let request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        let request = request.header("content-type", "application/json").body(body).unwrap();
        ureq::run(request).and_then(|mut answer| answer.body_mut().read_to_string()).is_ok()
    }

    /// Sends a signal given as an option of `kill`, such as `-TERM`.
    pub(crate) fn signal(&self, name: &str) {
        super::arena::signal(&self.child, name);
    }

    /// Waits for its end. Returns the exit code; `None` if it was killed.
    pub(crate) fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    pub(crate) fn kill(self) {
        self.signal("-KILL");
        assert_eq!(self.wait(), None);
    }
}
