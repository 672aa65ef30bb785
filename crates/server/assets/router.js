// From the address after # to what main shows. Ids are percent-encoded there too.

import { html } from './dom.js';
import { problemNotice } from './notice.js';

let leaving = new AbortController();

/** The address of a view: link('people', id) → #/people/… */
export const link = (...parts) => `#/${parts.map(encodeURIComponent).join('/')}`;

/** Goes there; shows it anew where one is there already. */
export function go(address) {
  if (location.hash === address) dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = address;
}

/** Changes the address without leaving the view. */
export const rename = (address) => history.replaceState(history.state, '', address);

/** The parts of the present address, decoded; none where it cannot be. */
export function parts() {
  try {
    return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return ['?'];
  }
}

/**
 * Shows what the address names in `main`.
 *
 * `viewOf(parts)` gives a function `(main, signal) => Promise`; `signal` is aborted when the view is left.
 * `arrived` says that a person came here by a link, so that the keyboard's focus follows.
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
    main.replaceChildren(html('h1', { tabindex: '-1' }, 'That did not work'), problemNotice(problem));
  }
  if (signal.aborted) return;
  main.ariaBusy = 'false';
  const heading = main.querySelector('h1');
  document.title = heading ? `${heading.textContent} · likemind` : 'likemind';
  if (arrived && document.activeElement === main) heading?.focus({ preventScroll: true });
}
