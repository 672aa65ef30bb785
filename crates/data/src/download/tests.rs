//! Downloads from an HTTP server on loopback.

use super::*;
use md5::{Digest, Md5};
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// How the server answers requests for the file.
#[derive(Clone, Copy)]
enum Behaviour {
    Complete,
    /// Closes the connection in the middle of the file unless only a range is requested.
    CutUnlessResumed,
    IgnoreRanges,
    /// Answers a range request with the start of the file.
    WrongRange,
    /// Stops sending in the middle of the file without closing the connection.
    Stall,
}

const CONTENT: &[u8] = b"not really a zip, but long enough to be cut in the middle";

fn hex_digest(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Serves `CONTENT` as ml-1m.zip, with a digest file if given, until the test process ends.
fn serve(behaviour: Behaviour, digest: Option<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Some tests disconnect early.
            let _ = answer(stream, behaviour, digest.as_deref());
        }
    });
    address
}

fn answer(
    mut stream: TcpStream,
    behaviour: Behaviour,
    digest: Option<&str>,
) -> std::io::Result<()> {
    let mut path = String::new();
    let mut from = 0;
    for (number, line) in BufReader::new(stream.try_clone()?).lines().enumerate() {
        let line = line?.to_ascii_lowercase();
        if number == 0 {
            path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let (status, extra, body, sent) = match (path.as_str(), digest) {
        ("/movielens/ml-1m.zip.md5", Some(digest)) => {
            let text = format!("MD5 (ml-1m.zip) = {digest}\n").into_bytes();
            ("200 OK", String::new(), text.clone(), text.len())
        }
        ("/movielens/ml-1m.zip", _) => match behaviour {
            Behaviour::CutUnlessResumed if from == 0 => {
                ("200 OK", String::new(), CONTENT.to_vec(), CONTENT.len() / 2)
            }
            Behaviour::IgnoreRanges => ("200 OK", String::new(), CONTENT.to_vec(), CONTENT.len()),
            Behaviour::Stall => ("200 OK", String::new(), CONTENT.to_vec(), CONTENT.len() / 2),
            Behaviour::WrongRange => {
                let range = format!("Content-Range: bytes 0-9/{}\r\n", CONTENT.len());
                ("206 Partial Content", range, CONTENT[..10].to_vec(), 10)
            }
            _ if from >= CONTENT.len() => {
                let range = format!("Content-Range: bytes */{}\r\n", CONTENT.len());
                ("416 Range Not Satisfiable", range, Vec::new(), 0)
            }
            _ if from > 0 => {
                let range = format!("Content-Range: bytes {from}-/{}\r\n", CONTENT.len());
                ("206 Partial Content", range, CONTENT[from..].to_vec(), CONTENT.len() - from)
            }
            _ => ("200 OK", String::new(), CONTENT.to_vec(), CONTENT.len()),
        },
        _ => ("404 Not Found", String::new(), Vec::new(), 0),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{extra}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body[..sent])?;
    if matches!(behaviour, Behaviour::Stall) && sent < body.len() {
        // Waits until the client disconnects.
        io::copy(&mut stream, &mut io::sink())?;
    }
    Ok(())
}

fn get(address: &str, folder: &Path) -> Result<Downloaded, DataError> {
    download_from(address, "ml-1m", folder, &mut |_| {})
}

#[test]
fn verifies_and_renames_a_complete_file() {
    let folder = tempfile::tempdir().unwrap();
    let address = serve(Behaviour::Complete, Some(hex_digest(CONTENT)));
    let mut reported = Vec::new();
    let got = download_from(&address, "ml-1m", folder.path(), &mut |p| reported.push(p)).unwrap();
    assert_eq!(got.checked, Checked::Digest);
    assert_eq!(fs::read(&got.path).unwrap(), CONTENT);
    let length = CONTENT.len() as u64;
    assert_eq!(reported.last(), Some(&DownloadProgress { done: length, total: Some(length) }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn resumes_an_interrupted_download() {
    let folder = tempfile::tempdir().unwrap();
    let address = serve(Behaviour::CutUnlessResumed, Some(hex_digest(CONTENT)));
    assert!(matches!(get(&address, folder.path()), Err(DataError::Download { .. })));
    assert!(!folder.path().join("ml-1m.zip").exists());
    let part = fs::metadata(folder.path().join("ml-1m.zip.part")).unwrap().len();
    assert_eq!(part, CONTENT.len() as u64 / 2);
    let got = get(&address, folder.path()).unwrap();
    assert_eq!(fs::read(&got.path).unwrap(), CONTENT);
}

#[test]
fn starts_over_if_the_server_ignores_ranges() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ml-1m.zip.part"), &CONTENT[..10]).unwrap();
    let address = serve(Behaviour::IgnoreRanges, Some(hex_digest(CONTENT)));
    assert_eq!(fs::read(get(&address, folder.path()).unwrap().path).unwrap(), CONTENT);
}

#[test]
fn accepts_complete_and_discards_overlong_partial_files() {
    for extra in [&b""[..], b"and more"] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ml-1m.zip.part"), [CONTENT, extra].concat()).unwrap();
        let address = serve(Behaviour::Complete, Some(hex_digest(CONTENT)));
        assert_eq!(fs::read(get(&address, folder.path()).unwrap().path).unwrap(), CONTENT);
    }
}

#[test]
fn rejects_a_range_that_was_not_requested() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ml-1m.zip.part"), &CONTENT[..10]).unwrap();
    let address = serve(Behaviour::WrongRange, None);
    assert!(matches!(get(&address, folder.path()), Err(DataError::Download { .. })));
    assert_eq!(fs::read(folder.path().join("ml-1m.zip.part")).unwrap(), &CONTENT[..10]);
}

#[test]
fn times_out_on_a_silent_server() {
    let folder = tempfile::tempdir().unwrap();
    let address = serve(Behaviour::Stall, None);
    let (url, target) = (format!("{address}/movielens/ml-1m.zip"), folder.path().join("ml-1m.zip"));
    let fetched = Fetch::new(url, target, Duration::from_millis(300)).run(&mut |_| {});
    assert!(matches!(fetched, Err(DataError::Download { .. })));
    let part = fs::metadata(folder.path().join("ml-1m.zip.part")).unwrap().len();
    assert_eq!(part, CONTENT.len() as u64 / 2, "received bytes are kept");
}

#[test]
fn creates_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let address = serve(Behaviour::Complete, None);
    assert!(get(&address, &folder.path().join("data/sets")).unwrap().path.exists());
}

#[test]
fn removes_a_file_with_a_wrong_digest() {
    let folder = tempfile::tempdir().unwrap();
    let address = serve(Behaviour::Complete, Some(hex_digest(b"something else")));
    assert!(matches!(get(&address, folder.path()), Err(DataError::Digest { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn reports_a_missing_published_digest() {
    let folder = tempfile::tempdir().unwrap();
    let address = serve(Behaviour::Complete, None);
    assert_eq!(get(&address, folder.path()).unwrap().checked, Checked::LengthOnly);
}

#[test]
fn rejects_unknown_names_and_missing_files() {
    let folder = tempfile::tempdir().unwrap();
    let address = serve(Behaviour::Complete, None);
    let unknown = download_from(&address, "ml-2b", folder.path(), &mut |_| {}).unwrap_err();
    assert!(unknown.to_string().contains("ml-25m"), "{unknown}");
    let missing = download_from(&address, "ml-25m", folder.path(), &mut |_| {}).unwrap_err();
    assert!(missing.to_string().contains("404"), "{missing}");
}
