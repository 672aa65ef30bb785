// The view of all items, most rated first, with search by title and genre.

import { dataset } from './dataset.js';
import { html, put } from './dom.js';
import { count, decimal } from './format.js';
import { genreChoice } from './genre-choice.js';
import { genreLine, itemLink } from './items.js';
import { newest } from './newest.js';
import { command, emptyNotice } from './notice.js';
import { pages } from './pager.js';
import { searchField } from './search-field.js';
import { bodyOf, column, head, number, row, table } from './table.js';

const PAGE_SIZE = 40;

/** Shows the view. */
export async function items(main, signal) {
  const { data, genres, words } = await dataset();
  if (signal.aborted) return;
  const place = html('div', {});
  const filters = { query: '', genre: '' };
  const next = newest(signal);
  const find = (change) => {
    Object.assign(filters, change);
    return showItems(place, next(), filters, data.scale, words);
  };
  const search = {
    label: `Find ${words.anyOne}`,
    placeholder: 'Part of a title',
    signal,
    onSearch: (query) => find({ query }),
  };
  put(
    main,
    html('h1', { tabindex: '-1' }, words.heading),
    html(
      'div',
      { class: 'row filters' },
      searchField(search),
      genreChoice(genres, (genre) => find({ genre })),
    ),
    place,
  );
  await find({});
}

function showItems(place, signal, filters, scale, words) {
  const body = bodyOf();
  const columns = [
    column('Title'),
    column(scale.counts ? 'People' : 'Ratings', 'number'),
    column(scale.counts ? `Mean ${words.ratings}` : 'Mean', 'number'),
  ];
  return pages(place, signal, {
    base: '/v1/items',
    parameters: filters,
    field: 'items',
    limit: PAGE_SIZE,
    list: table(`${words.many}, most ${words.rated} first`, columns, body),
    into: body,
    draw: (item) =>
      row(
        head(itemLink(item), html('div', {}, genreLine(item))),
        number(count(item.ratings)),
        number(scale.counts ? count(item.mean) : decimal(item.mean)),
      ),
    empty:
      filters.query || filters.genre
        ? emptyNotice(`No ${words.many} found.`, 'Search for any part of a title, or a full id.')
        : emptyNotice(`No ${words.many} yet.`, command('likemind import'), ' imports ratings.'),
  });
}
