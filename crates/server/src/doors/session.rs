//! Sessions of browsers: a random text in a cookie stands for the token that was shown once.

use super::role::Role;
use crate::hex::hex;
use axum::http::{HeaderMap, header};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The cookie's name.
pub(crate) const COOKIE: &str = "likemind_session";

/// How long a session lasts.
const LIFE: Duration = Duration::from_secs(7 * 24 * 3600);
/// The most sessions at a time; the oldest goes first.
const MOST: usize = 1_000;

/// Who is signed in. Kept in memory alone: a restart ends all sessions.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

struct Session {
    role: Role,
    begun: Instant,
}

impl Sessions {
    /// A new session, as the text that the cookie carries.
    ///
    /// # Errors
    /// What the system says if it has no random numbers.
    pub(crate) fn begin(&self, role: Role) -> Result<String, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let text = hex(&bytes);
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.begun.elapsed() < LIFE);
        if sessions.len() >= MOST {
            let oldest = sessions.iter().min_by_key(|(_, session)| session.begun);
            let oldest = oldest.map(|(text, _)| text.clone());
            oldest.map(|text| sessions.remove(&text));
        }
        sessions.insert(text.clone(), Session { role, begun: Instant::now() });
        Ok(text)
    }

    /// What a session may do; `None` if there is none of this text.
    pub(crate) fn role_of(&self, text: &str) -> Option<Role> {
        let sessions = self.lock();
        let session = sessions.get(text).filter(|session| session.begun.elapsed() < LIFE);
        session.map(|session| session.role)
    }

    /// Ends a session.
    pub(crate) fn end(&self, text: &str) {
        self.lock().remove(text);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The session's text in a request's cookies.
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
    fn the_oldest_session_makes_room() {
        let sessions = Sessions::default();
        let first = sessions.begin(Role::Write).unwrap();
        (0..MOST).for_each(|_| drop(sessions.begin(Role::Read).unwrap()));
        assert_eq!(sessions.lock().len(), MOST);
        assert_eq!(sessions.role_of(&first), None);
    }
}
