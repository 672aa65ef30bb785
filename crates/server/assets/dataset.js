// Data set information for all views: fetched once, and again when it may have changed.

import { amountsOf } from './amounts.js';
import { get } from './api.js';
import { wordsFor } from './words.js';

let known = null;

/**
 * The data set, its models, and the nouns for its items.
 *
 * `{data, models, active, genres, words}`: `active` has the active models of neighbours by side. If ratings are counts,
 * `data.scale.amounts` has those to choose from.
 */
export function dataset() {
  known ??= read().catch((problem) => {
    known = null;
    throw problem;
  });
  return known;
}

/** Makes the next `dataset()` fetch again. Called after a rating, a forgotten person or a finished job. */
export function datasetChanged() {
  known = null;
}

async function read() {
  const [data, { models }, { genres }] = await Promise.all([
    get('/v1/data'),
    get('/v1/models'),
    get('/v1/genres'),
  ]);
  const active = Object.fromEntries(
    models.filter((model) => model.active && model.kind === 'neighbours').map((model) => [model.side, model]),
  );
  if (data.scale.counts) data.scale.amounts = amountsOf(data.histogram);
  return { data, models, active, genres, words: wordsFor(data, genres) };
}
