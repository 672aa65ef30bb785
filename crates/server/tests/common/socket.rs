//! Requests over a raw socket.

use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;

/// Sends a request and reads the whole response. Returns its status and body.
pub(crate) async fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> (u16, Value) {
    ask_with(address, method, path, "", body).await
}

/// Like [`ask`], with further headers, each with its line end.
pub(crate) async fn ask_with(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}{kind}\
         content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

/// A stream of events.
pub(crate) struct Events(Lines<BufReader<TcpStream>>);

impl Events {
    pub(crate) async fn of(address: SocketAddr, path: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(stream).lines();
        // Once the head has arrived, the service polls the job.
        while lines.next_line().await.unwrap().is_some_and(|line| !line.is_empty()) {}
        Self(lines)
    }

    /// The name and data of the next event; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        let mut name = String::new();
        // Skips the sizes of chunks between the lines.
        while let Ok(Some(line)) = self.0.next_line().await {
            if let Some(found) = line.strip_prefix("event: ") {
                found.clone_into(&mut name);
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((name, serde_json::from_str(data).unwrap()));
            } else if line == "0" {
                return None;
            }
        }
        None
    }

    /// The last event before the end of the stream.
    pub(crate) async fn last(mut self) -> Option<(String, Value)> {
        let mut last = None;
        while let Some(event) = self.next().await {
            last = Some(event);
        }
        last
    }

    /// Waits for an event without data.
    pub(crate) async fn changed(&mut self) -> bool {
        while let Ok(Some(line)) = self.0.next_line().await {
            if line == "event: change" {
                return true;
            }
        }
        false
    }
}
