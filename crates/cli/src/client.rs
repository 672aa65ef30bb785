//! The client of a service.

use crate::service::{self, ADDRESS};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, RequestBuilder};

/// Number of attempts to reconnect to a broken stream, and the pause before each.
const ATTEMPTS: u32 = 30;
const PAUSE: Duration = Duration::from_secs(2);
/// Timeout of connecting and of a response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Options that select a service.
#[derive(Args)]
pub(crate) struct ServerArgs {
    /// Uses a running service instead of the database
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// File with the token of the service; otherwise the variable LIKEMIND_TOKEN is used
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

/// A client of a service.
pub(crate) struct Client {
    agent: Agent,
    server: String,
    token: Option<String>,
}

/// A problem document.
#[derive(Deserialize)]
struct Problem {
    detail: String,
}

/// An event of a job.
pub(crate) enum JobEvent<T> {
    /// The current state.
    State(T),
    /// The final state.
    End(T),
}

impl ServerArgs {
    /// The selected service; `None` if none is selected.
    pub(crate) fn named(&self) -> Result<Option<Client>> {
        self.server.as_deref().map(|server| self.at(server)).transpose()
    }

    /// The selected service, or by default the one at the default address.
    pub(crate) fn or_default(&self) -> Result<Client> {
        match &self.server {
            Some(server) => self.at(server),
            None => self.at(&format!("http://{ADDRESS}")),
        }
    }

    fn at(&self, server: &str) -> Result<Client> {
        if !server.starts_with("http://") && !server.starts_with("https://") {
            bail!("expected an address such as http://{ADDRESS}, found {server:?}");
        }
        let token = service::find_token(self.token_file.as_deref(), service::TOKEN)?;
        let token = token.map(|token| token.text.trim().to_owned());
        let config = Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_connect(Some(TIMEOUT)).timeout_recv_response(Some(TIMEOUT));
        let server = server.trim_end_matches('/').to_owned();
        Ok(Client { agent: agent.build().new_agent(), server, token })
    }
}

impl Client {
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.read(self.with_token(self.agent.get(self.url(path))).call())
    }

    pub(crate) fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.read(self.with_token(self.agent.delete(self.url(path))).call())
    }

    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T> {
        let request = self.with_token(self.agent.post(self.url(path)));
        self.read(request.content_type("application/json").send(body.to_string()))
    }

    /// Checks that a path returns success; otherwise the error is that of the service.
    pub(crate) fn check(&self, path: &str) -> Result<()> {
        let mut response = self.checked(self.agent.get(self.url(path)).call())?;
        response.body_mut().read_to_string()?;
        Ok(())
    }

    /// Follows a stream of events to its end, reconnecting if it breaks.
    pub(crate) fn follow<T: DeserializeOwned>(
        &self,
        path: &str,
        mut show: impl FnMut(&T),
    ) -> Result<T> {
        let mut broken = 0;
        loop {
            let end = self.listen(path, &mut |state| {
                broken = 0;
                show(state);
            });
            match end {
                Ok(Some(end)) => return Ok(end),
                Err(error) if error.downcast_ref::<Rejected>().is_some() => return Err(error),
                Err(error) if broken >= ATTEMPTS => return Err(error),
                Ok(None) if broken >= ATTEMPTS => {
                    bail!("expected the stream of {path} to continue, found that it ended")
                }
                _ => broken += 1,
            }
            sleep(PAUSE);
        }
    }

    /// Reads a stream until it ends; `None` if it breaks before the last event.
    fn listen<T: DeserializeOwned>(
        &self,
        path: &str,
        show: &mut dyn FnMut(&T),
    ) -> Result<Option<T>> {
        let request = self.with_token(self.agent.get(self.url(path)));
        let mut response = self.checked(request.call())?;
        let mut event = String::new();
        for line in BufReader::new(response.body_mut().as_reader()).lines() {
            let line = line?;
            if let Some(name) = line.strip_prefix("event: ") {
                name.clone_into(&mut event);
            } else if let Some(data) = line.strip_prefix("data: ") {
                match job_event(&event, serde_json::from_str(data)?) {
                    JobEvent::State(state) => show(&state),
                    JobEvent::End(end) => return Ok(Some(end)),
                }
            }
        }
        Ok(None)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server)
    }

    fn with_token<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    fn read<T: DeserializeOwned>(
        &self,
        response: Result<Response<Body>, ureq::Error>,
    ) -> Result<T> {
        let text = self.checked(response)?.body_mut().read_to_string()?;
        serde_json::from_str(&text)
            .with_context(|| format!("{}: expected a response of a likemind service", self.server))
    }

    /// The response, if it is a success.
    fn checked(&self, response: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>> {
        let server = &self.server;
        let mut response =
            response.map_err(|error| anyhow!("{server}: expected a service, found: {error}"))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, text) = (response.status(), response.body_mut().read_to_string()?);
        let detail = serde_json::from_str(&text).map_or(text, |problem: Problem| problem.detail);
        Err(Rejected { server: server.clone(), status, detail }.into())
    }
}

fn job_event<T>(event: &str, data: T) -> JobEvent<T> {
    if event == "end" { JobEvent::End(data) } else { JobEvent::State(data) }
}

/// The error of a request that the service rejected.
#[derive(Debug)]
struct Rejected {
    server: String,
    status: StatusCode,
    detail: String,
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {} ({})", self.server, self.detail, self.status.as_u16())
    }
}

impl std::error::Error for Rejected {}
