// The rating that a new person gives, wherever an item stands.

import { nameOf } from './items.js';
import { newPerson } from './new-person.js';
import { ratingInput } from './rating-input.js';

/** The control for `item`; it stores in this browser, and has to be made anew when the rating changes. */
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
