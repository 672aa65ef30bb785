// The HTTP interface: one function asks, one class says what went wrong.

/** What the service (or the way to it) said instead of an answer; RFC 9457. */
export class Problem extends Error {
  constructor({ title, detail, status, type }) {
    super(detail || title);
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.type = type;
  }
}

/** A path whose values are percent-encoded, so that an id may be any text: path`/v1/users/${user}`. */
export const path = (texts, ...values) =>
  texts.reduce((made, text, at) => made + encodeURIComponent(values[at - 1]) + text);

/** A path with the parameters that are neither null nor empty. */
export function query(base, parameters) {
  const kept = Object.entries(parameters).filter(([, value]) => value != null && value !== '');
  return kept.length ? `${base}?${new URLSearchParams(kept)}` : base;
}

export const get = (where, signal) => ask('GET', where, { signal });
export const post = (where, body, signal) => ask('POST', where, { body, signal });
export const putTo = (where, body) => ask('PUT', where, { body });
export const remove = (where) => ask('DELETE', where, {});

/** Is called when the service wants a token that it has not been given. */
export const onTokenWanted = { call: () => {} };

/** Answers null where there is no body. Throws `Problem`, or the AbortError of `signal`. */
async function ask(method, where, { body, signal }) {
  const response = await send(method, where, { body, signal });
  if (response.status === 401 && where !== '/v1/session') onTokenWanted.call();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const answer = isJson ? await response.json() : null;
  if (!response.ok) {
    throw new Problem({
      title: response.statusText || 'The service refused',
      ...answer,
      status: response.status,
    });
  }
  return answer;
}

async function send(method, where, { body, signal }) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    return await fetch(where, {
      method,
      signal,
      headers: { accept: 'application/json', ...json },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem({
      title: 'The service does not answer',
      detail: 'Nothing came back from it. Is `likemind serve` running?',
      status: 0,
    });
  }
}
