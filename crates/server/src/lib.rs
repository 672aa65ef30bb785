//! The HTTP service of likemind.
