// Two people side by side: how alike they rate, in words, as a picture, and as a table.

import { get, path } from './api.js';
import { scatterFigure } from './chart-scatter.js';
import { announce, html } from './dom.js';
import { decimal, rating, some } from './format.js';
import { itemLink, personLink } from './items.js';
import { bodyOf, column, head, number, row, table } from './table.js';
import { wide } from './wide.js';

/** Promises the elements for `user` and `other`. */
export async function pairOf(user, other, { data, words }, signal) {
  const pair = await get(path`/v1/users/${user}/neighbours/${other}`, signal);
  announce(`${user} and ${other}: ${some(pair.overlap, words.one, words.many)} in common`);
  const names = { a: user, b: other, common: pair.common };
  const title = html('h3', {}, user, ' and ', personLink(other));
  const told = html('p', {}, pairWords(pair, words));
  return pair.common.length
    ? [title, told, scatterFigure(names, data.scale, words), commonTable(names, words)]
    : [title, told];
}

function pairWords({ similarity, raw, overlap }, words) {
  if (!overlap) return `They have rated none of the same ${words.many}.`;
  const both = `Both have rated ${some(overlap, words.one, words.many)}`;
  if (raw == null) return `${both}: too few, or rated too evenly, for a correlation.`;
  const weighted = `weighted by how much that rests on, ${decimal(similarity)}`;
  return `${both}. Their ratings correlate by ${decimal(raw)}; ${weighted}.`;
}

function commonTable({ a, b, common }, words) {
  const name = `What ${a} and ${b} have both rated`;
  const columns = [column('Title'), column(a, 'number'), column(b, 'number')];
  const rows = common.map((item) =>
    row(head(itemLink(item)), number(rating(item.a)), number(rating(item.b))),
  );
  const summary = html('summary', {}, `The ${words.many} in a table`);
  return html('details', {}, summary, wide(name, table(name, columns, bodyOf(rows))));
}
