// Paged lists with a "Show more" button.

import { get, query } from './api.js';
import { html } from './dom.js';
import { count } from './format.js';
import { load } from './notice.js';

/**
 * Fills `place` with the first page of the list at `base`, and a button while there are more.
 *
 * `field` is the name of the array in a response; `draw` creates an element for each entry, which is appended
 * to `into`, by default `list` itself; `empty` is shown if there are no entries.
 */
export function pages(
  place,
  signal,
  { base, parameters = {}, field, limit, list, into = list, draw, empty },
) {
  const foot = html('div', { class: 'more' });
  let offset = 0;
  const next = async () => {
    const { [field]: entries, total } = await get(query(base, { ...parameters, offset, limit }), signal);
    into.append(...entries.map(draw));
    offset += entries.length;
    list.hidden = offset === 0;
    if (offset === 0) return empty;
    if (offset >= total || !entries.length) return null;
    return [
      html('p', { class: 'quiet' }, `${count(offset)} of ${count(total)}`),
      html('button', { type: 'button', onclick: more }, 'Show more'),
    ];
  };
  const more = async ({ currentTarget: button }) => {
    // A second click would fetch the same page again.
    button.disabled = true;
    const shown = into.children.length;
    await load(foot, signal, next);
    // The button is removed and loses the focus: move it to the first new entry.
    if (document.activeElement === document.body)
      into.children[shown]?.querySelector('a')?.focus({ preventScroll: true });
  };
  list.hidden = true;
  place.replaceChildren(list, foot);
  return load(foot, signal, next);
}
