//! Writes files atomically, and never over a database.

use crate::error::DataError;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The first bytes of SQLite's files: a database, and its write-ahead log in either byte order.
const DATABASE_MAGIC: [&[u8]; 3] =
    [b"SQLite format 3\0", &[0x37, 0x7f, 0x06, 0x82], &[0x37, 0x7f, 0x06, 0x83]];

/// The target of a write.
enum Target {
    /// A regular file, with symbolic links resolved, and the permissions of the existing file, if
    /// any.
    File(PathBuf, Option<Permissions>),
    /// A device, a pipe or a socket, which is written to directly.
    Stream,
}

/// Writes a file atomically: to a hidden temporary file in the same folder, which is synced and
/// then renamed. Symbolic links are followed, and the permissions of an existing file are kept.
/// Anything but a regular file, such as a pipe, is written to directly.
///
/// # Errors
/// Returns [`DataError::Unwritable`] if writing fails or the existing file is a database. An
/// existing file is then unchanged.
pub(crate) fn write_atomically<T>(
    path: &Path,
    write: impl FnOnce(File) -> io::Result<T>,
) -> Result<T, DataError> {
    let written = target_of(path).and_then(|target| match target {
        Target::Stream => write(OpenOptions::new().write(true).open(path)?),
        Target::File(path, permissions) => write_file(&path, permissions, write),
    });
    written.map_err(|source| DataError::Unwritable { file: path.display().to_string(), source })
}

fn target_of(path: &Path) -> io::Result<Target> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Target::File(follow_links(path)?, None));
        }
        Err(error) => return Err(error),
    };
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Ok(Target::Stream);
    }
    let file = fs::canonicalize(path)?;
    if is_database(&file)? {
        return Err(io::Error::other("a database, which is not replaced; choose another name"));
    }
    Ok(Target::File(file, Some(metadata.permissions())))
}

/// Maximum number of consecutive symbolic links; more are taken for a cycle.
const MAX_LINKS: usize = 40;

/// Resolves a path that may be a dangling symbolic link.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            // Relative to the folder of the link.
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("a cycle of symbolic links"))
}

fn is_database(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut head)?;
    Ok(DATABASE_MAGIC.iter().any(|begin| head.starts_with(begin)))
}

fn write_file<T>(
    path: &Path,
    permissions: Option<Permissions>,
    write: impl FnOnce(File) -> io::Result<T>,
) -> io::Result<T> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let temp_file = temp_file_in(folder)?;
    let written = write(temp_file.reopen()?)?;
    if let Some(permissions) = permissions {
        temp_file.as_file().set_permissions(permissions)?;
    }
    temp_file.as_file().sync_all()?;
    temp_file.persist(path).map_err(|error| error.error)?;
    // Otherwise a power failure could undo the renaming. Some systems cannot open folders.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(written)
}

/// Creates a temporary file with a unique name and the permissions of an ordinary new file.
fn temp_file_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".likemind-part-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask of the process applies.
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn put(path: &Path, text: &str) -> Result<(), DataError> {
        write_atomically(path, |mut file| file.write_all(text.as_bytes()))
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
    fn failed_write_leaves_the_file_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.csv");
        put(&file, "first").unwrap();
        let broken = write_atomically(&file, |mut file| {
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
    fn rejects_databases_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        for begin in DATABASE_MAGIC {
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
    fn concurrent_writers_leave_one_complete_file() {
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
    fn follows_links_and_keeps_permissions() {
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
    fn writes_to_pipes_and_devices() {
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
        // Like /dev/stdout, a link of the kernel that can be opened but not resolved.
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
