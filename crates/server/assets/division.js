// How far, and whom, an item divides.

import { get, path } from './api.js';
import { differenceBar } from './chart-differences.js';
import { html } from './dom.js';
import { count, decimal, percent, signed } from './format.js';
import { load } from './notice.js';
import { section } from './section.js';
import { bodyOf, cell, column, head, number, row, table } from './table.js';

// The minimum range of the bars, so small differences look small.
const MIN_RANGE = 0.5;

/** The section; null for counts, whose differences say little. */
export function division(id, { data, words }, signal) {
  if (data.scale.counts) return null;
  const element = section('division', 'Who it divides');
  const make = async () => {
    const divided = await get(path`/v1/items/${id}/division`, signal);
    return [html('p', {}, spreadWords(divided, words)), genreTable(divided.genres)];
  };
  load(element.lastChild, signal, make);
  return element;
}

function spreadWords({ deviation, wider_than: share, genres }, words) {
  if (deviation == null) return 'Nobody has rated it.';
  const spread = `The standard deviation of its ratings is ${decimal(deviation)}`;
  if (share == null) return `${spread}; they are too few to compare it with other ${words.many}.`;
  const found = genres.length ? '' : ' No genre has fans who rate it differently from others.';
  return `${spread}, more than that of ${percent(share)} of the ${words.many}.${found}`;
}

function genreTable(genres) {
  if (!genres.length) return null;
  const caption = html(
    'caption',
    {},
    'How much higher fans of a genre rate it than others do, each compared with their own mean',
  );
  const columns = [
    column('Fans of'),
    column(html('span', { class: 'unseen' }, 'Chart')),
    column('Difference', 'number'),
    column('Fans', 'number extra'),
    column('Others', 'number extra'),
    column('People', 'number'),
  ];
  const range = Math.max(MIN_RANGE, ...genres.map(({ difference }) => Math.abs(difference)));
  const rows = genres.map((genre) =>
    row(
      head(genre.genre),
      cell(differenceBar(genre.difference, range), 'bar-cell'),
      number(signed(genre.difference)),
      cell(signed(genre.fans_opinion), 'number extra'),
      cell(signed(genre.others_opinion), 'number extra'),
      number(count(genre.fans + genre.others)),
    ),
  );
  const result = table(caption, columns, bodyOf(rows));
  result.className = 'differences';
  return result;
}
