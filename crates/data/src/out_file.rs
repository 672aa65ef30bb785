//! Files that appear whole or not at all, and never in place of a database.

use crate::error::DataError;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What SQLite's files begin with: a database, and its write-ahead log in either byte order.
const DATABASES: [&[u8]; 3] =
    [b"SQLite format 3\0", &[0x37, 0x7f, 0x06, 0x82], &[0x37, 0x7f, 0x06, 0x83]];

/// Where a file is to be.
enum Place {
    /// A regular file, or one that is to be: the path itself, whatever links lead there.
    File(PathBuf, Option<Permissions>),
    /// A device, a pipe or a socket: what is written goes there as it comes.
    Stream,
}

/// Writes a file that appears whole, on the disk, or not at all: until then it is a hidden file in the
/// same folder, with a name of its own. A link is followed, and a former file's permissions stay. What
/// is no regular file, as a pipe, is written to as it is.
///
/// # Errors
/// [`DataError::Unwritable`], with a former file left as it was; also if that is a database.
pub(crate) fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(File) -> io::Result<T>,
) -> Result<T, DataError> {
    let written = place_of(path).and_then(|place| match place {
        Place::Stream => write(OpenOptions::new().write(true).open(path)?),
        Place::File(path, permissions) => write_beside(&path, permissions, write),
    });
    written.map_err(|source| DataError::Unwritable { file: path.display().to_string(), source })
}

fn place_of(path: &Path) -> io::Result<Place> {
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Place::File(followed(path)?, None));
        }
        Err(error) => return Err(error),
    };
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !about.is_file() {
        return Ok(Place::Stream);
    }
    let file = fs::canonicalize(path)?;
    if is_database(&file)? {
        return Err(io::Error::other("a database, which is not replaced; choose another name"));
    }
    Ok(Place::File(file, Some(about.permissions())))
}

/// Most links that are followed one after the other: more are a circle.
const LINKS: usize = 40;

/// The path that links lead to, at which there is nothing.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            // Relative to where the link is.
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("links that lead in a circle"))
}

fn is_database(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut head)?;
    Ok(DATABASES.iter().any(|begin| head.starts_with(begin)))
}

fn write_beside<T>(
    path: &Path,
    former: Option<Permissions>,
    write: impl FnOnce(File) -> io::Result<T>,
) -> io::Result<T> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let hidden = hidden_in(folder)?;
    let written = write(hidden.reopen()?)?;
    if let Some(permissions) = former {
        hidden.as_file().set_permissions(permissions)?;
    }
    hidden.as_file().sync_all()?;
    hidden.persist(path).map_err(|error| error.error)?;
    // Else the name could be lost with the power. Some systems open no folders.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(written)
}

/// A new file with a name that no other has, and the permissions that a new file has.
fn hidden_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".likemind-part-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less what the process masks.
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn put(path: &Path, text: &str) -> Result<(), DataError> {
        write_whole(path, |mut file| file.write_all(text.as_bytes()))
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_or_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.csv");
        put(&file, "first").unwrap();
        let broken = write_whole(&file, |mut file| {
            file.write_all(b"half")?;
            Err::<(), _>(io::Error::other("the end"))
        });
        assert!(broken.unwrap_err().to_string().contains("the end"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "first");
        put(&file, "second").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "second");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn databases_and_folders_are_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for begin in DATABASES {
            let file = folder.path().join("a.db");
            let content = [begin, b" and more"].concat();
            fs::write(&file, &content).unwrap();
            let refused = put(&file, "lost").unwrap_err().to_string();
            assert!(refused.contains("a database"), "{refused}");
            assert_eq!(fs::read(&file).unwrap(), content);
        }
        assert!(put(folder.path(), "lost").is_err());
        assert!(put(&folder.path().join("none/a.csv"), "lost").is_err());
        assert_eq!(names(folder.path()), ["a.db"]);
    }

    #[test]
    fn many_at_once_leave_one_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.csv");
        let text = |writer: usize| format!("{writer}\n").repeat(50_000);
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let file = &file;
                scope.spawn(move || put(file, &text(writer)).unwrap());
            }
        });
        let found = fs::read_to_string(&file).unwrap();
        assert!((0..8).any(|writer| found == text(writer)));
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("far")).unwrap();
        let (link, file) = (folder.path().join("link.csv"), folder.path().join("far/out.csv"));
        symlink("far/out.csv", &link).unwrap();
        put(&link, "through a link to nothing").unwrap();
        let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode() & 0o600, 0o600);
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        put(&link, "again").unwrap();
        assert_eq!((mode(), &fs::read_to_string(&file).unwrap()[..]), (0o640, "again"));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(names(folder.path()), ["far", "link.csv"]);
        symlink("circle", folder.path().join("circle")).unwrap();
        assert!(put(&folder.path().join("circle"), "lost").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_are_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        put(&pipe, "through a pipe").unwrap();
        assert_eq!(reader.join().unwrap(), "through a pipe");
        put(Path::new("/dev/null"), "nowhere").unwrap();
        // As a link of the system names it that can be opened but not followed, as /dev/stdout.
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd;
            let (mut reader, writer) = io::pipe().unwrap();
            put(Path::new(&format!("/proc/self/fd/{}", writer.as_raw_fd())), "a link").unwrap();
            drop(writer);
            let mut found = String::new();
            reader.read_to_string(&mut found).unwrap();
            assert_eq!(found, "a link");
        }
        assert_eq!(names(folder.path()), ["pipe"]);
    }
}
