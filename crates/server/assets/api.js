// Client of the HTTP API.

/** A problem document (RFC 9457) of the service, or a failure to reach it. */
export class Problem extends Error {
  constructor({ title, detail, status, type }) {
    super(detail || title);
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.type = type;
  }
}

/** Builds a path with percent-encoded values, as ids may be any text: path`/v1/users/${user}`. */
export const path = (texts, ...values) =>
  texts.reduce((built, text, at) => built + encodeURIComponent(values[at - 1]) + text);

/** Appends query parameters to a path; null and empty values are left out. */
export function query(base, parameters) {
  const kept = Object.entries(parameters).filter(([, value]) => value != null && value !== '');
  return kept.length ? `${base}?${new URLSearchParams(kept)}` : base;
}

export const get = (url, signal) => request('GET', url, { signal });
export const post = (url, body, signal) => request('POST', url, { body, signal });
export const putTo = (url, body) => request('PUT', url, { body });
export const remove = (url) => request('DELETE', url, {});

/** Called when the service requires a token and none was sent. */
export const onUnauthorized = { call: () => {} };

/** Returns the parsed body, or null if there is none. Throws `Problem`, or the AbortError of `signal`. */
async function request(method, url, { body, signal }) {
  const response = await send(method, url, { body, signal });
  if (response.status === 401 && url !== '/v1/session') onUnauthorized.call();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const answer = isJson ? await response.json() : null;
  if (!response.ok) {
    throw new Problem({
      title: response.statusText || 'The request failed',
      ...answer,
      status: response.status,
    });
  }
  return answer;
}

async function send(method, url, { body, signal }) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    return await fetch(url, {
      method,
      signal,
      headers: { accept: 'application/json', ...json },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem({
      title: 'The service is not responding',
      detail: 'There was no response. Is `likemind serve` running?',
      status: 0,
    });
  }
}
