// The view of all people, with search by id.

import { dataset } from './dataset.js';
import { html, put } from './dom.js';
import { some } from './format.js';
import { personLink } from './items.js';
import { newest } from './newest.js';
import { command, emptyNotice } from './notice.js';
import { pages } from './pager.js';
import { searchField } from './search-field.js';

const PAGE_SIZE = 40;

/** Shows the view. */
export async function people(main, signal) {
  const { words } = await dataset();
  if (signal.aborted) return;
  const place = html('div', {});
  const next = newest(signal);
  const find = (text) =>
    pages(place, next(), {
      base: '/v1/users',
      parameters: { query: text },
      field: 'users',
      limit: PAGE_SIZE,
      list: html('ul', { class: 'people' }),
      draw: ({ user, ratings }) => {
        const rated = html('span', { class: 'quiet' }, some(ratings, words.one, words.many));
        return html('li', {}, personLink(user), ' ', rated);
      },
      empty: text
        ? emptyNotice('No one found.', 'Search for any part of an id.')
        : emptyNotice('No people yet.', command('likemind import'), ' imports ratings.'),
    });
  const lead = 'See what people might like, who shares their taste, and what makes it special.';
  put(
    main,
    html('h1', { tabindex: '-1' }, 'People'),
    html('p', { class: 'lead' }, lead),
    searchField({ label: 'Find a person', placeholder: 'Part of an id', signal, onSearch: find }),
    place,
  );
  await find('');
}
