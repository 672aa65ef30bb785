// The rating control of the new person.

import { nameOf } from './items.js';
import { newPerson } from './new-person.js';
import { ratingInput } from './rating-input.js';

/** The control for `item`. It stores ratings in this browser, and must be recreated when the rating changes. */
export function ownRating(item, scale) {
  const value = newPerson.ratingOf(item.item);
  return ratingInput({
    label: nameOf(item),
    scale,
    value,
    onRate: (rating) => newPerson.rate(item, rating),
    onClear: value === null ? null : () => newPerson.clear(item.item),
  });
}
