// Why something is recommended: in words first, and on demand as the terms that add up to its score.

import { html } from './dom.js';
import { count, decimal, rating, some, term } from './format.js';
import { itemLink, personLink, titleOf } from './items.js';
import { bodyOf, column, head, number, row, table } from './table.js';
import { wide } from './wide.js';

const NAMED = 3;
const LISTED = 10;
const CAPTION =
  'What the score is the sum of. Each counts by its similarity, and by how much of what the two have rated is the same.';

/** The words for one recommendation. `side` says whether the reasons are people or items. */
export function reasonWords({ source, reasons }, side, words) {
  return html('p', { class: 'why' }, told(source, reasons ?? [], side, words));
}

function told(source, reasons, side, words) {
  if (reasons.length) return side === 'items' ? alike(reasons, words) : likeMinds(reasons);
  const why = source === 'popularity' ? 'because many have' : `by the ${source.replace('-', ' ')}`;
  return `No like mind has rated it; it is here ${why}.`;
}

function likeMinds(reasons) {
  const [first] = reasons;
  const who = personLink(first.neighbour);
  if (reasons.length === 1) return ['A like mind, ', who, `, gave it ${rating(first.rating)}.`];
  const mean = reasons.reduce((sum, reason) => sum + reason.rating, 0) / reasons.length;
  const all = `${count(reasons.length)} like minds gave it ${decimal(mean)} on average. `;
  return [all, who, `, who counts most, gave it ${rating(first.rating)}.`];
}

function alike(reasons, words) {
  const named = reasons.slice(0, NAMED).map((reason, at) => {
    const before = at > 0 && ', ';
    return [before, itemLink(asItem(reason)), ` (rated ${rating(reason.rating)})`];
  });
  const others = reasons.length - NAMED;
  const rest = others > 0 && ` and ${some(others, `other ${words.one}`, `other ${words.many}`)}`;
  return ['Rated much as ', named, rest, '.'];
}

const asItem = ({ neighbour, title }) => ({ item: neighbour, title });

/** The terms of a score, to be opened: base + contributions = score. */
export function reasonNumbers(recommendation, side) {
  const { base, score, reasons = [] } = recommendation;
  const others = reasons.slice(LISTED);
  const rest = others.reduce((sum, { contribution }) => sum + contribution, 0);
  const columns = [
    column(side === 'items' ? 'Rated' : 'Like mind'),
    ['Similarity', 'Overlap', 'Rating', 'Adds'].map((name) => column(name, 'number')),
  ];
  const rows = [
    reasons.slice(0, LISTED).map((reason) => reasonRow(reason, side)),
    others.length > 0 && sumRow(`${count(others.length)} more`, rest),
    sumRow('How many have rated it', base),
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
