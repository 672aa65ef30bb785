// Names and links of items (films, artists) and people.

import { html } from './dom.js';
import { link } from './router.js';

/** The title, or the id if there is none. */
export const titleOf = (item) => item.title || item.item;

/** The title with the year, unless the title includes it: Alien (1979). */
export function nameOf(item) {
  const title = titleOf(item);
  return item.year && !title.includes(`(${item.year})`) ? `${title} (${item.year})` : title;
}

/** A link to the page of an item, with the year in a quieter style. */
export function itemLink(item) {
  const title = titleOf(item);
  const year = item.year &&
    !title.includes(`(${item.year})`) && [' ', html('span', { class: 'quiet' }, item.year)];
  return html('a', { href: link('items', item.item) }, title, year);
}

/** A link to the page of a person. */
export const personLink = (user) => html('a', { href: link('people', user) }, user);

/** The genres of an item, or null if it has none. */
export const genreLine = (item) =>
  item.genres?.length ? html('span', { class: 'quiet' }, item.genres.join(', ')) : null;
