// Key figures of the data set and the active models.

import { histogramFigure, rangesFigure } from './chart-histogram.js';
import { html } from './dom.js';
import { ago, count, decimal, duration, moment, rating, some } from './format.js';
import { sideName } from './job-progress.js';
import { command, emptyNotice } from './notice.js';

/** Users, items, ratings, scale, and histograms of the ratings and of their numbers. */
export function dataGlance({ data, words }) {
  return html(
    'div',
    { class: 'glance' },
    html(
      'dl',
      { class: 'big-figures' },
      figure('people', data.users),
      figure(words.many, data.items),
      figure(data.scale.counts ? `people’s ${words.many}` : 'ratings', data.ratings),
      scaleFigure(data.scale, words),
    ),
    histogramFigure(data.histogram, data.scale, ratingsCaption(data.scale, words)),
    rangesFigure(data.ratings_per_user, `People by their number of ${words.many} ${words.rated}`),
    rangesFigure(data.ratings_per_item, `${words.heading} by the number of people who ${words.past} them`),
  );
}

/** The active models, or how to create one if there are none. */
export function modelGlance({ active, words }) {
  const models = Object.values(active);
  if (!models.length) {
    return emptyNotice('No model yet.', 'Start a comparison below or run ', command('likemind fit'), '.');
  }
  return html(
    'div',
    { class: 'cards' },
    models.map((model) => modelCard(model, words)),
  );
}

const figure = (name, value) => html('div', {}, html('dt', {}, name), html('dd', {}, count(value)));

const scaleFigure = ({ min, max, step, counts }, words) =>
  html(
    'div',
    {},
    html('dt', {}, scaleWords({ step, counts }, words)),
    html('dd', {}, `${rating(min)} to ${rating(max)}`),
  );

const ratingsCaption = (scale, words) =>
  scale.counts ? `How often people ${words.past} each ${words.one}` : 'How often each rating was given';

function scaleWords({ step, counts }, words) {
  if (counts) return `${words.ratings} each`;
  return step ? `scale, in steps of ${rating(step)}` : 'scale, any value';
}

function modelCard(model, words) {
  const { k, min_similarity: floor, similarity } = model.parameters;
  const row = (name, ...value) => html('div', {}, html('dt', {}, name), html('dd', {}, ...value));
  return html(
    'section',
    { class: 'card', 'aria-label': `Model of ${sideName(model.side, words)}` },
    html('h3', {}, model.side === 'items' ? `Similar ${words.many}` : 'Like minds'),
    html(
      'dl',
      { class: 'small-figures' },
      row('Measure', measureWords(similarity)),
      row('Neighbours', `at most ${count(k)} each, similarity above ${decimal(floor)}`),
      row(
        'Compared',
        `${count(model.pairs)} pairs of ${count(model.rows)} ${sideName(model.side, words)} in ${duration(model.seconds)}`,
      ),
      row(
        'Created',
        html('time', { title: moment(model.created_at) }, ago(model.created_at)),
        ` as model ${model.model}, from the ratings at change ${count(model.sequence)}`,
      ),
      row('Up to date', exactWords(model)),
      row('Digest', html('code', { title: model.digest }, model.digest.slice(0, 12))),
    ),
  );
}

function exactWords(model) {
  if (model.exact) return html('span', { class: 'good' }, 'exact for every rating so far');
  const state =
    model.behind > 0 ? `${some(model.behind, 'change', 'changes')} behind` : 'not updated by new ratings';
  return `${state}; a new job brings it up to date`;
}

function measureWords({ measure, weighting, min_overlap: overlap }) {
  const name = measure === 'pcs' ? 'PCS (Pearson correlation)' : measure;
  const [[kind, value]] = typeof weighting === 'string' ? [[weighting, null]] : Object.entries(weighting);
  const weight =
    kind === 'none'
      ? 'unweighted'
      : kind === 'shrink'
        ? `× n/(n + ${value})`
        : `${kind}${value == null ? '' : `:${value}`}`;
  return `${name}, ${weight}, overlap of ${count(overlap)} or more`;
}
