// What all views need to know of the data: asked for once, and again when it may have changed.

import { get } from './api.js';

let known = null;

/**
 * The data set, its models, and the words for what is rated.
 *
 * `{data, models, active, genres, words}`: `active` are the active models by side.
 */
export function dataset() {
  known ??= read().catch((problem) => {
    known = null;
    throw problem;
  });
  return known;
}

/** Lets the next `dataset()` ask anew: after a rating, a forgotten person, a finished job. */
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

// Only films come with genres in the data sets that likemind knows by name.
function wordsFor(data, genres) {
  if (/last\.?fm/i.test(data.name ?? '')) return { one: 'artist', many: 'artists', heading: 'Artists' };
  return genres.length
    ? { one: 'film', many: 'films', heading: 'Films' }
    : { one: 'item', many: 'items', heading: 'Items' };
}
