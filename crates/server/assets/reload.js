// For whoever edits the page: with `serve --assets DIR` the service puts
// <meta name="likemind-assets"> into it, and the browser loads it anew when a file changes.

const watched = document.querySelector('meta[name="likemind-assets"]');

// Only then is there a stream to listen to; asking for it in vain would be an error in every console.
if (watched) new EventSource('/assets-events').addEventListener('change', () => location.reload());
