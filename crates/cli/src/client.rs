//! Talking to a service.

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

/// How often, and after how long, a broken stream is asked for again.
const TRIES: u32 = 30;
const PAUSE: Duration = Duration::from_secs(2);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which service.
#[derive(Args)]
pub(crate) struct ServerArgs {
    /// Asks a running service in place of the database
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// A file with the service's token; else the variable LIKEMIND_TOKEN has it, if one is needed
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

/// A service that is asked.
pub(crate) struct Client {
    agent: Agent,
    server: String,
    token: Option<String>,
}

/// What a problem document says.
#[derive(Deserialize)]
struct Problem {
    detail: String,
}

/// What a job's stream says.
pub(crate) enum Told<T> {
    /// What the job is doing.
    Now(T),
    /// What became of it.
    End(T),
}

impl ServerArgs {
    /// The service that was named; `None` if none was.
    pub(crate) fn named(&self) -> Result<Option<Client>> {
        self.server.as_deref().map(|server| self.at(server)).transpose()
    }

    /// The service that was named, or the one that listens here by default.
    pub(crate) fn or_here(&self) -> Result<Client> {
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
        let agent = config.timeout_connect(Some(PATIENCE)).timeout_recv_response(Some(PATIENCE));
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

    /// Whether a path answers 200; else what the service says.
    pub(crate) fn check(&self, path: &str) -> Result<()> {
        let mut response = self.answered(self.agent.get(self.url(path)).call())?;
        response.body_mut().read_to_string()?;
        Ok(())
    }

    /// Follows a stream of events to its end; asks again where it breaks off.
    pub(crate) fn follow<T: DeserializeOwned>(
        &self,
        path: &str,
        mut tell: impl FnMut(&T),
    ) -> Result<T> {
        let mut broken = 0;
        loop {
            let heard = self.listen(path, &mut |now| {
                broken = 0;
                tell(now);
            });
            match heard {
                Ok(Some(end)) => return Ok(end),
                Err(error) if error.downcast_ref::<Refused>().is_some() => return Err(error),
                Err(error) if broken >= TRIES => return Err(error),
                Ok(None) if broken >= TRIES => {
                    bail!("expected the stream of {path} to go on, found it ended")
                }
                _ => broken += 1,
            }
            sleep(PAUSE);
        }
    }

    /// Listens until the stream ends; `None` if it breaks off before the last event.
    fn listen<T: DeserializeOwned>(
        &self,
        path: &str,
        tell: &mut dyn FnMut(&T),
    ) -> Result<Option<T>> {
        let request = self.with_token(self.agent.get(self.url(path)));
        let mut response = self.answered(request.call())?;
        let mut event = String::new();
        for line in BufReader::new(response.body_mut().as_reader()).lines() {
            let line = line?;
            if let Some(name) = line.strip_prefix("event: ") {
                name.clone_into(&mut event);
            } else if let Some(data) = line.strip_prefix("data: ") {
                match told(&event, serde_json::from_str(data)?) {
                    Told::Now(now) => tell(&now),
                    Told::End(end) => return Ok(Some(end)),
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
        let text = self.answered(response)?.body_mut().read_to_string()?;
        serde_json::from_str(&text)
            .with_context(|| format!("{}: expected the answer of a likemind service", self.server))
    }

    /// The answer, if it is a good one.
    fn answered(&self, response: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>> {
        let server = &self.server;
        let mut response =
            response.map_err(|error| anyhow!("{server}: expected a service, found: {error}"))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, text) = (response.status(), response.body_mut().read_to_string()?);
        let detail = serde_json::from_str(&text).map_or(text, |problem: Problem| problem.detail);
        Err(Refused { server: server.clone(), status, detail }.into())
    }
}

fn told<T>(event: &str, data: T) -> Told<T> {
    if event == "end" { Told::End(data) } else { Told::Now(data) }
}

/// The service says no.
#[derive(Debug)]
struct Refused {
    server: String,
    status: StatusCode,
    detail: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {} ({})", self.server, self.detail, self.status.as_u16())
    }
}

impl std::error::Error for Refused {}
