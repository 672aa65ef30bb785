// Reasons for a recommendation: in words, and on demand as the terms of its score.

import { html } from './dom.js';
import { count, decimal, rating, some, term } from './format.js';
import { itemLink, personLink, titleOf } from './items.js';
import { bodyOf, column, head, number, row, table } from './table.js';
import { wide } from './wide.js';

const MAX_NAMED = 3;
const MAX_LISTED = 10;
const CAPTION =
  'The score is the sum of these terms. Each is weighted by the similarity and by the share of ratings in common.';

/** The reasons of a recommendation in words. `side` is the side of the neighbours: users or items. */
export function reasonWords({ source, reasons }, side, words) {
  return html('p', { class: 'why' }, explanation(source, reasons ?? [], side, words));
}

function explanation(source, reasons, side, words) {
  if (reasons.length) return side === 'items' ? similarItems(reasons, words) : likeMinds(reasons);
  const why = source === 'popularity' ? 'because it is popular' : `by the ${source.replace('-', ' ')}`;
  return `No like mind has rated it; it is recommended ${why}.`;
}

function likeMinds(reasons) {
  const [first] = reasons;
  const who = personLink(first.neighbour);
  if (reasons.length === 1) return ['A like mind, ', who, `, gave it ${rating(first.rating)}.`];
  const mean = reasons.reduce((sum, reason) => sum + reason.rating, 0) / reasons.length;
  const all = `${count(reasons.length)} like minds gave it ${decimal(mean)} on average. `;
  return [all, who, `, who contributes most, gave it ${rating(first.rating)}.`];
}

function similarItems(reasons, words) {
  const named = reasons.slice(0, MAX_NAMED).map((reason, at) => {
    const before = at > 0 && ', ';
    return [before, itemLink(asItem(reason)), ` (rated ${rating(reason.rating)})`];
  });
  const others = reasons.length - MAX_NAMED;
  const rest = others > 0 && ` and ${some(others, `other ${words.one}`, `other ${words.many}`)}`;
  return ['Rated much like ', named, rest, '.'];
}

const asItem = ({ neighbour, title }) => ({ item: neighbour, title });

/** The terms of a score, collapsed at first: base + contributions = score. */
export function reasonNumbers(recommendation, side) {
  const { base, score, reasons = [] } = recommendation;
  const others = reasons.slice(MAX_LISTED);
  const rest = others.reduce((sum, { contribution }) => sum + contribution, 0);
  const columns = [
    column(side === 'items' ? 'Rated' : 'Like mind'),
    ['Similarity', 'Overlap', 'Rating', 'Adds'].map((name) => column(name, 'number')),
  ];
  const rows = [
    reasons.slice(0, MAX_LISTED).map((reason) => reasonRow(reason, side)),
    others.length > 0 && sumRow(`${count(others.length)} more`, rest),
    sumRow('Popularity', base),
  ];
  const foot = html('tfoot', {}, sumRow('Score', score));
  const name = `The numbers behind ${titleOf(recommendation)}`;
  const summary = html('summary', { 'aria-label': name }, 'The numbers');
  return html(
    'details',
    {},
    summary,
    wide(name, table(html('caption', {}, CAPTION), columns, bodyOf(rows), foot)),
  );
}

function reasonRow(reason, side) {
  return row(
    head(side === 'items' ? itemLink(asItem(reason)) : personLink(reason.neighbour)),
    number(decimal(reason.similarity)),
    number(count(reason.overlap)),
    number(rating(reason.rating)),
    number(term(reason.contribution)),
  );
}

const sumRow = (name, value) => row(html('th', { scope: 'row', colspan: '4' }, name), number(term(value)));
