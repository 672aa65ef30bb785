// Live reload for development: with `serve --assets DIR` the service adds <meta name="likemind-assets"> to
// the page, and the browser reloads it when a file changes.

const watched = document.querySelector('meta[name="likemind-assets"]');

// Without the mark there is no event stream; requesting it would log an error in the console.
if (watched) new EventSource('/assets-events').addEventListener('change', () => location.reload());
