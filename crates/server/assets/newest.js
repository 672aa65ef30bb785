// Cancels outdated requests, so a late response cannot overwrite a newer one.

/** Returns a function that aborts the previous request and returns a signal for the next; `signal` aborts all. */
export function newest(signal) {
  let current = new AbortController();
  return () => {
    current.abort();
    current = new AbortController();
    return AbortSignal.any([signal, current.signal]);
  };
}
