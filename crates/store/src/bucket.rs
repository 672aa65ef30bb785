//! Recognises buckets of object stores that are mounted as folders.
//!
//! A database in a bucket would lose acknowledged ratings without an error: there are no locks
//! between machines, every write replaces the whole object, and the last writer wins.

use std::path::Path;

/// Programs that mount buckets, by the names in `/proc/self/mountinfo`.
const PROGRAMS: [&str; 12] = [
    "gcsfuse",
    "s3fs",
    "mountpoint-s3",
    "goofys",
    "geesefs",
    "tigrisfs",
    "rclone",
    "blobfuse",
    "blobfuse2",
    "ossfs",
    "cosfs",
    "obsfs",
];

/// Returns the program that has mounted the bucket that `path` is in; `None` if it is not in a
/// bucket, and on systems other than Linux. `path` need not exist, but its folder must.
pub(crate) fn program_at(path: &Path) -> Option<&'static str> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let path = match path.canonicalize() {
        Ok(path) => path,
        Err(_) => folder_of(path).canonicalize().ok()?,
    };
    program_in(&mounts, &path)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Same as [`program_at`], for the text of a `mountinfo` file and an absolute path.
fn program_in(mounts: &str, path: &Path) -> Option<&'static str> {
    let within = mounts.lines().filter_map(Mount::parse).filter(|mount| {
        let point = unescape(mount.point);
        path.starts_with(Path::new(&point))
    });
    // Of mounts at the same point, the last one hides the others.
    within.max_by_key(|mount| mount.point.len())?.program()
}

/// A line of a `mountinfo` file, described in proc(5).
struct Mount<'a> {
    point: &'a str,
    file_system: &'a str,
    source: &'a str,
}

impl<'a> Mount<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let point = before.split(' ').nth(4)?;
        let mut after = after.split(' ');
        Some(Self { point, file_system: after.next()?, source: after.next()? })
    }

    /// FUSE file systems are `fuse.NAME`, or `fuse` with the name as the source.
    fn program(&self) -> Option<&'static str> {
        let name = match self.file_system {
            "fuse" => self.source,
            other => other.strip_prefix("fuse.")?,
        };
        PROGRAMS.into_iter().find(|&program| program == name)
    }
}

/// Decodes the octal escapes of white space and backslashes.
fn unescape(point: &str) -> String {
    [(r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", r"\")]
        .into_iter()
        .fold(point.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = r"
22 1 0:20 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw - proc proc rw
44 22 0:43 / /models ro,nosuid,nodev shared:49 - fuse.gcsfuse a-bucket ro,user_id=0
45 22 0:44 / /a\040bucket rw - fuse.rclone remote:x rw,user_id=0
46 22 0:45 / /s3 rw shared:50 master:2 - fuse mountpoint-s3 rw
47 22 0:46 / /home/ntfs rw - fuseblk /dev/sda1 rw
48 22 0:47 / /home/sshfs rw - fuse.sshfs host:/x rw
49 46 0:48 / /s3/disk rw - ext4 /dev/vdb rw
50 22 0:49 / /twice rw - fuse.s3fs s3fs rw
51 22 0:50 / /twice rw - tmpfs tmpfs rw
";

    #[test]
    fn buckets_are_recognised_by_the_innermost_mount() {
        let buckets = [
            ("/models/likemind.db", "gcsfuse"),
            ("/models", "gcsfuse"),
            ("/a bucket/x/y.db", "rclone"),
            ("/s3/likemind.db", "mountpoint-s3"),
        ];
        for (path, program) in buckets {
            assert_eq!(program_in(MOUNTS, Path::new(path)), Some(program), "{path}");
        }
        for path in [
            "/likemind.db",
            "/models2/x.db",
            "/s3/disk/x.db",
            "/home/ntfs/x.db",
            "/home/sshfs/x.db",
            "/twice/x.db",
        ] {
            assert_eq!(program_in(MOUNTS, Path::new(path)), None, "{path}");
        }
    }

    #[test]
    fn other_lines_are_ignored() {
        for text in ["", "\n", "a - b", "22 1 0:20 / / rw", "1 2 3 4 /x rw - fuse.s3fs"] {
            assert_eq!(program_in(text, Path::new("/x/likemind.db")), None, "{text:?}");
        }
    }

    #[test]
    fn files_that_do_not_exist_are_judged_by_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(program_at(&folder.path().join("new.db")), None);
        assert_eq!(program_at(Path::new("new.db")), None);
        assert_eq!(program_at(Path::new("/no such folder/new.db")), None);
    }
}
