// Comparison of two people, in words, as a chart and as a table.

import { get, path } from './api.js';
import { scatterFigure } from './chart-scatter.js';
import { announce, html } from './dom.js';
import { decimal, rating, some } from './format.js';
import { itemLink, personLink } from './items.js';
import { bodyOf, column, head, number, row, table } from './table.js';
import { wide } from './wide.js';

/** Resolves to the elements for `user` and `other`. */
export async function pairOf(user, other, { data, words }, signal) {
  const pair = await get(path`/v1/users/${user}/neighbours/${other}`, signal);
  announce(`${user} and ${other}: ${some(pair.overlap, words.one, words.many)} in common`);
  const names = { a: user, b: other, common: pair.common };
  const title = html('h3', {}, user, ' and ', personLink(other));
  const text = html('p', {}, pairWords(pair, words));
  return pair.common.length
    ? [title, text, scatterFigure(names, data.scale, words), commonTable(names, words)]
    : [title, text];
}

function pairWords({ similarity, raw, overlap }, words) {
  if (!overlap) return `They have not ${words.rated} any of the same ${words.many}.`;
  const both = `Both have ${words.rated} ${some(overlap, words.one, words.many)}`;
  if (raw == null) return `${both}: too few, or too uniformly ${words.rated}, for a correlation.`;
  const weighted = `${decimal(similarity)} weighted by overlap`;
  return `${both}. Their ${words.ratings} have a correlation of ${decimal(raw)}, or ${weighted}.`;
}

function commonTable({ a, b, common }, words) {
  const name = `${words.heading} that ${a} and ${b} have both ${words.rated}`;
  const columns = [column('Title'), column(a, 'number'), column(b, 'number')];
  const rows = common.map((item) =>
    row(head(itemLink(item)), number(rating(item.a)), number(rating(item.b))),
  );
  const summary = html('summary', {}, 'Show as a table');
  return html('details', {}, summary, wide(name, table(name, columns, bodyOf(rows))));
}
