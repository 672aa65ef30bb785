// Routes from the URL fragment to views. Ids in the fragment are percent-encoded.

import { html } from './dom.js';
import { problemNotice } from './notice.js';

let leaving = new AbortController();

/** The address of a view: link('people', id) → #/people/… */
export const link = (...parts) => `#/${parts.map(encodeURIComponent).join('/')}`;

/** Goes to an address; renders the view again if it is the current one. */
export function go(address) {
  if (location.hash === address) dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = address;
}

/** Changes the address without leaving the view. */
export const rename = (address) => history.replaceState(history.state, '', address);

/** The decoded parts of the current address; `['?']`, which has no view, if it cannot be decoded. */
export function parts() {
  try {
    return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return ['?'];
  }
}

/**
 * Renders the view of the current address in `main`.
 *
 * `viewOf(parts)` returns a function `(main, signal) => Promise`; `signal` is aborted when the view is left.
 * `arrived` is whether the user followed a link, which moves the keyboard focus to the view.
 */
export async function show(main, viewOf, { arrived }) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  main.replaceChildren();
  main.ariaBusy = 'true';
  if (arrived) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
  try {
    await viewOf(parts())(main, signal);
  } catch (problem) {
    if (signal.aborted) return;
    if (!('status' in problem)) console.error(problem);
    main.replaceChildren(html('h1', { tabindex: '-1' }, 'Something went wrong'), problemNotice(problem));
  }
  if (signal.aborted) return;
  main.ariaBusy = 'false';
  const heading = main.querySelector('h1');
  document.title = heading ? `${heading.textContent} · likemind` : 'likemind';
  if (arrived && document.activeElement === main) heading?.focus({ preventScroll: true });
}
