// Reasons for a recommendation: in words, and on demand as the terms of its score.

import { SumBars } from './chart-sum.js';
import { html } from './dom.js';
import { count, decimal, rating, some, term } from './format.js';
import { itemLink, personLink, titleOf } from './items.js';
import { bodyOf, cell, column, head, number, row, table } from './table.js';
import { wide } from './wide.js';
import { capital } from './words.js';

const MAX_NAMED = 3;
const MAX_LISTED = 10;
const CAPTIONS = {
  neighbours:
    'The score is the sum of these terms. Each is weighted by the similarity and by the share of ratings in common.',
  ridge: 'The score is the sum of these terms: what each rating adds or takes, given all the others.',
};

/** The reasons of a recommendation in words. `answer` is the response that it is from. */
export function reasonWords({ source, reasons }, answer, words) {
  return html('p', { class: 'why' }, explanation(source, reasons ?? [], answer, words));
}

function explanation(source, reasons, { side, model_kind: kind }, words) {
  if (reasons.length && kind === 'ridge') return forAndAgainst(reasons, words);
  if (reasons.length) return side === 'items' ? similarItems(reasons, words) : likeMinds(reasons, words);
  const why = source === 'popularity' ? 'because it is popular' : `by the ${source.replace('-', ' ')}`;
  return `No like mind has ${words.rated} it; it is recommended ${why}.`;
}

function likeMinds(reasons, words) {
  const [first] = reasons;
  const who = personLink(first.neighbour);
  if (reasons.length === 1) return ['A like mind, ', who, `, ${words.gave(first.rating)}.`];
  const mean = reasons.reduce((sum, reason) => sum + reason.rating, 0) / reasons.length;
  const all = `${count(reasons.length)} like minds ${words.averaged(mean)}. `;
  return [all, who, `, who contributes most, ${words.gave(first.rating)}.`];
}

function similarItems(reasons, words) {
  return [`${capital(words.rated)} much like `, strongest(reasons, words), '.'];
}

// What the person rated speaks for an item or against it.
function forAndAgainst(reasons, words) {
  const speaking = reasons.filter(({ contribution }) => contribution > 0);
  const against = reasons.filter(({ contribution }) => contribution < 0).length;
  const rest = against > 0 && `; against it: ${some(against, words.one, words.many)}`;
  return ['For it: ', speaking.length ? strongest(speaking, words) : 'nothing', rest, '.'];
}

// The first items by name, and the number of the others.
function strongest(reasons, words) {
  const named = reasons.slice(0, MAX_NAMED).map((reason, at) => {
    const before = at > 0 && ', ';
    return [before, itemLink(asItem(reason)), ` (${words.own(reason.rating)})`];
  });
  const others = reasons.length - MAX_NAMED;
  return [named, others > 0 && ` and ${some(others, `other ${words.one}`, `other ${words.many}`)}`];
}

const asItem = ({ neighbour, title }) => ({ item: neighbour, title });

/**
 * The terms of a score, collapsed at first: base + contributions = score. `side` is the side of the neighbours,
 * `kind` the kind of the model.
 */
export function reasonNumbers(recommendation, { side, model_kind: kind }, words) {
  const { base, score, reasons = [] } = recommendation;
  const others = reasons.slice(MAX_LISTED);
  const rest = others.reduce((sum, { contribution }) => sum + contribution, 0);
  const columns = [
    column(side === 'items' ? capital(words.rated) : 'Like mind'),
    ['Similarity', 'Overlap', words.value].map((name) => column(name, 'number')),
    column('Adds', 'number'),
  ];
  const bars = new SumBars([
    ...reasons.slice(0, MAX_LISTED).map(({ contribution }) => contribution),
    rest,
    base,
  ]);
  const rows = [
    reasons.slice(0, MAX_LISTED).map((reason) => reasonRow(reason, side, bars)),
    others.length > 0 && sumRow(`${count(others.length)} more`, rest, bars.next(rest)),
    sumRow('Popularity', base, bars.next(base)),
  ];
  const foot = html('tfoot', {}, sumRow('Score', score, bars.sum()));
  const name = `The numbers behind ${titleOf(recommendation)}`;
  const summary = html('summary', { 'aria-label': name }, 'The numbers');
  return html(
    'details',
    {},
    summary,
    wide(name, table(html('caption', {}, CAPTIONS[kind]), columns, bodyOf(rows), foot)),
  );
}

function reasonRow(reason, side, bars) {
  return row(
    head(side === 'items' ? itemLink(asItem(reason)) : personLink(reason.neighbour)),
    number(decimal(reason.similarity)),
    number(count(reason.overlap)),
    number(rating(reason.rating)),
    addsCell(reason.contribution, bars.next(reason.contribution)),
  );
}

const sumRow = (name, value, bar) =>
  row(html('th', { scope: 'row', colspan: '4' }, name), addsCell(value, bar));

const addsCell = (value, bar) => cell([term(value), bar], 'number sum-cell');
