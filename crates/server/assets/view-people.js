// Everyone who rates, to be found by a part of the id.

import { dataset } from './dataset.js';
import { html, put } from './dom.js';
import { some } from './format.js';
import { personLink } from './items.js';
import { newest } from './newest.js';
import { command, emptyNotice } from './notice.js';
import { pages } from './pager.js';
import { searchField } from './search-field.js';

const PART = 40;

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
      limit: PART,
      list: html('ul', { class: 'people' }),
      draw: ({ user, ratings }) => {
        const rated = html('span', { class: 'quiet' }, some(ratings, words.one, words.many));
        return html('li', {}, personLink(user), ' ', rated);
      },
      empty: text
        ? emptyNotice('Nobody is called that.', 'Ids are found by any part of them.')
        : emptyNotice('Nobody yet.', command('likemind import'), ' reads ratings in.'),
    });
  const lead = 'What someone might like, who is like them, and what is particular about their taste.';
  put(
    main,
    html('h1', { tabindex: '-1' }, 'People'),
    html('p', { class: 'lead' }, lead),
    searchField({ label: 'Find a person', placeholder: 'Part of an id', signal, onSearch: find }),
    place,
  );
  await find('');
}
