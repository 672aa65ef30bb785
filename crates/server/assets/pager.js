// Lists that come in parts: the first part, and the next when asked for.

import { get, query } from './api.js';
import { html } from './dom.js';
import { count } from './format.js';
import { load } from './notice.js';

/**
 * Fills `place` with the first part of what `base` lists, and a button for the next while there is one.
 *
 * `field` names the array in an answer; `draw` makes an element of each, which goes to the end of `into`,
 * a part of `list`; `empty` stands where there is nothing.
 */
export function pages(
  place,
  signal,
  { base, parameters = {}, field, limit, list, into = list, draw, empty },
) {
  const foot = html('div', { class: 'more' });
  let offset = 0;
  const next = async () => {
    const { [field]: part, total } = await get(query(base, { ...parameters, offset, limit }), signal);
    into.append(...part.map(draw));
    offset += part.length;
    list.hidden = offset === 0;
    if (offset === 0) return empty;
    if (offset >= total || !part.length) return null;
    return [
      html('p', { class: 'quiet' }, `${count(offset)} of ${count(total)}`),
      html('button', { type: 'button', onclick: more }, 'Show more'),
    ];
  };
  const more = async ({ currentTarget: button }) => {
    // A second click would ask for the same part again.
    button.disabled = true;
    const shown = into.children.length;
    await load(foot, signal, next);
    // The button is gone, and the focus with it: it goes on at what the button brought.
    if (document.activeElement === document.body)
      into.children[shown]?.querySelector('a')?.focus({ preventScroll: true });
  };
  list.hidden = true;
  place.replaceChildren(list, foot);
  return load(foot, signal, next);
}
