// How an item (a film, an artist) is named and linked wherever it stands.

import { html } from './dom.js';
import { link } from './router.js';

/** Its title, or its id where it has none. */
export const titleOf = (item) => item.title || item.item;

/** The title with the year, unless the title has it already: Alien (1979). */
export function nameOf(item) {
  const title = titleOf(item);
  return item.year && !title.includes(`(${item.year})`) ? `${title} (${item.year})` : title;
}

/** A link to its page, the year set back. */
export function itemLink(item) {
  const title = titleOf(item);
  const year = item.year &&
    !title.includes(`(${item.year})`) && [' ', html('span', { class: 'quiet' }, item.year)];
  return html('a', { href: link('items', item.item) }, title, year);
}

/** A link to a person's page. */
export const personLink = (user) => html('a', { href: link('people', user) }, user);

/** Its genres, or null where it has none. */
export const genreLine = (item) =>
  item.genres?.length ? html('span', { class: 'quiet' }, item.genres.join(', ')) : null;
