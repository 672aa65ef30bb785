//! Middleware for access control: hosts, tokens, sessions and limits, and for what is refused.

mod access;
mod drain;
mod hosts;
mod limits;
mod role;
mod session;
mod token;

pub(crate) use access::{Access, guard};
pub(crate) use drain::drain;
pub(crate) use hosts::{Hosts, check_host};
pub(crate) use limits::{Limits, check_size, shed};
pub(crate) use role::Role;
pub(crate) use session::{COOKIE, session_of};
pub(crate) use token::Tokens;
pub use token::{Token, TokenError};
