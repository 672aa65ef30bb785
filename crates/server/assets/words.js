// The words for what people rate and how: films with ratings, artists with play counts, or other items.

import { count, decimal, rating, some } from './format.js';

const FILMS = { one: 'film', anyOne: 'a film', many: 'films', heading: 'Films' };
const ARTISTS = { one: 'artist', anyOne: 'an artist', many: 'artists', heading: 'Artists' };
const ITEMS = { one: 'item', anyOne: 'an item', many: 'items', heading: 'Items' };

/** A phrase with a capital first letter. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const OPINIONS = {
  ratings: 'ratings',
  value: 'Rating',
  past: 'rated',
  rated: 'rated',
  add: 'Rate',
  seen: 'Seen it? Rate it',
  gave: (value) => `gave it ${rating(value)}`,
  averaged: (mean) => `gave it ${decimal(mean)} on average`,
  mean: (mean) => `${decimal(mean)} on average`,
  own: (value) => `rated ${rating(value)}`,
};

/**
 * The words for a data set.
 *
 * `one`, `anyOne`, `many` and `heading` name its items; `ratings`, `value`, `past`, `rated`, `add` and `seen` are
 * about the values that people gave them; `gave`, `averaged`, `mean` and `own` make a phrase of a value.
 */
export function wordsFor({ name, scale }, genres) {
  // Among the known data sets, only those of films have genres.
  const items = /last\.?fm/i.test(name ?? '') ? ARTISTS : genres.length ? FILMS : ITEMS;
  if (!scale.counts) return { ...items, ...OPINIONS };
  return {
    ...items,
    ...(items === ARTISTS ? counted('play', 'played') : counted('count', 'chose', 'chosen')),
  };
}

function counted(noun, past, participle = past) {
  const times = (value) => (value === 1 ? 'once' : `${count(value)} times`);
  return {
    ratings: `${noun}s`,
    value: capital(`${noun}s`),
    past,
    rated: participle,
    add: 'Add',
    seen: 'Know it? Add it',
    gave: (value) => `${past} it ${times(value)}`,
    averaged: (mean) => `${past} it ${times(Math.round(mean))} on average`,
    mean: (mean) => `${times(Math.round(mean))} on average`,
    own: (value) => `${participle} ${times(value)}`,
  };
}

/** What people have done with a number of items: 1 film rated, 12 artists played. */
export const someRated = (number, { one, many, rated }) =>
  some(number, `${one} ${rated}`, `${many} ${rated}`);
