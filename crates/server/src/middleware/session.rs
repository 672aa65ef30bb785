//! Browser sessions: a random id in a cookie replaces the token that was sent once.

use super::role::Role;
use crate::hex::hex;
use axum::http::{HeaderMap, header};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Name of the cookie.
pub(crate) const COOKIE: &str = "likemind_session";

/// Lifetime of a session.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// Maximum number of sessions; a new one replaces the oldest.
const MAXIMUM: usize = 1_000;

/// All sessions by id. They are only in memory: a restart ends them.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

struct Session {
    role: Role,
    start: Instant,
}

impl Sessions {
    /// Starts a session, and returns its id.
    ///
    /// # Errors
    /// An error of the system's random number generator.
    pub(crate) fn begin(&self, role: Role) -> Result<String, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let id = hex(&bytes);
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.start.elapsed() < LIFETIME);
        if sessions.len() >= MAXIMUM {
            let oldest = sessions.iter().min_by_key(|(_, session)| session.start);
            let oldest = oldest.map(|(id, _)| id.clone());
            oldest.map(|id| sessions.remove(&id));
        }
        sessions.insert(id.clone(), Session { role, start: Instant::now() });
        Ok(id)
    }

    /// The role of a session; `None` if there is no such session.
    pub(crate) fn role_of(&self, id: &str) -> Option<Role> {
        let sessions = self.lock();
        let session = sessions.get(id).filter(|session| session.start.elapsed() < LIFETIME);
        session.map(|session| session.role)
    }

    /// Ends a session.
    pub(crate) fn end(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The session id in the cookies of a request.
pub(crate) fn session_of(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_found_among_other_cookies_and_ends() {
        let sessions = Sessions::default();
        let text = sessions.begin(Role::Read).unwrap();
        assert_ne!(text, sessions.begin(Role::Read).unwrap());
        let mut headers = HeaderMap::new();
        let cookies = format!("theme=dark; {COOKIE}={text}; {COOKIE}x=other");
        headers.insert(header::COOKIE, cookies.parse().unwrap());
        assert_eq!(session_of(&headers), Some(text.as_str()));
        assert_eq!(sessions.role_of(&text), Some(Role::Read));
        sessions.end(&text);
        assert_eq!(sessions.role_of(&text), None);
    }

    #[test]
    fn the_oldest_session_is_replaced() {
        let sessions = Sessions::default();
        let first = sessions.begin(Role::Write).unwrap();
        (0..MAXIMUM).for_each(|_| drop(sessions.begin(Role::Read).unwrap()));
        assert_eq!(sessions.lock().len(), MAXIMUM);
        assert_eq!(sessions.role_of(&first), None);
    }
}
