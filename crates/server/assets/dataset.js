// Data set information for all views: fetched once, and again when it may have changed.

import { get } from './api.js';

let known = null;

/**
 * The data set, its models, and the nouns for its items.
 *
 * `{data, models, active, genres, words}`: `active` has the active models by side.
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
    models.filter((model) => model.active).map((model) => [model.side, model]),
  );
  return { data, models, active, genres, words: wordsFor(data, genres) };
}

// Among the known data sets, only those of films have genres.
function wordsFor(data, genres) {
  if (/last\.?fm/i.test(data.name ?? '')) {
    return { one: 'artist', anyOne: 'an artist', many: 'artists', heading: 'Artists' };
  }
  return genres.length
    ? { one: 'film', anyOne: 'a film', many: 'films', heading: 'Films' }
    : { one: 'item', anyOne: 'an item', many: 'items', heading: 'Items' };
}
