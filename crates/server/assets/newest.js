// Questions that overtake each other: only the answer to the newest one counts.

/** A function that gives a signal for the next question, and aborts the one before; `signal` aborts all. */
export function newest(signal) {
  let asked = new AbortController();
  return () => {
    asked.abort();
    asked = new AbortController();
    return AbortSignal.any([signal, asked.signal]);
  };
}
