//! The location of a database.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

/// The location of a database: a file. Other kinds of databases, given by URL, may follow.
///
/// ```
/// use likemind_store::Location;
/// use std::path::Path;
///
/// assert_eq!(Location::parse("films.db".as_ref()).unwrap(), Location::from(Path::new("films.db")));
/// assert!(Location::parse("postgres://host/films".as_ref()).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Location {
    /// An SQLite file.
    File(PathBuf),
}

/// Errors when parsing a [`Location`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocationError {
    /// The text is a URL, which this version does not support.
    #[error("expected the path of a database file, found a URL with the scheme {scheme}")]
    UnknownScheme {
        /// The part before `://`.
        scheme: String,
    },
    /// The text is empty.
    #[error("expected the path of a database file, found an empty text")]
    Empty,
}

impl Location {
    /// Returns the path of the file if the location is a file.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
        }
    }

    /// Parses a location given by a user: the path of a file.
    ///
    /// # Errors
    /// [`LocationError`] if the text is empty or a URL. (A file whose path looks like a URL can be
    /// given as `./x://y`.)
    pub fn parse(text: &OsStr) -> Result<Self, LocationError> {
        if text.is_empty() {
            return Err(LocationError::Empty);
        }
        let scheme =
            text.to_str().and_then(|text| text.split_once("://")).map(|(scheme, _)| scheme);
        match scheme.filter(|scheme| is_scheme(scheme)) {
            Some(scheme) => Err(LocationError::UnknownScheme { scheme: scheme.to_owned() }),
            None => Ok(Self::File(text.into())),
        }
    }
}

/// Whether `text` is a valid URL scheme (RFC 3986, 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(out),
        }
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Self {
        location.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_paths_and_rejects_urls() {
        for path in ["likemind.db", "a folder/x.db", "./x://y", "://", "1://x", "C:\\films.db"] {
            let file = Location::File(path.into());
            assert_eq!(Location::parse(path.as_ref()), Ok(file), "{path}");
        }
        for (url, scheme) in [("postgres://h/d", "postgres"), ("sqlite+x://f", "sqlite+x")] {
            let error = LocationError::UnknownScheme { scheme: scheme.to_owned() };
            assert_eq!(Location::parse(url.as_ref()), Err(error));
        }
        assert_eq!(Location::parse("".as_ref()), Err(LocationError::Empty));
    }
}
