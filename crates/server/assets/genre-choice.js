// A choice of genre.

import { html } from './dom.js';

/** A choice of genre; null if the data set has no genres. `onChoose` is called with a genre, or '' for all. */
export function genreChoice(genres, onChoose) {
  if (!genres.length) return null;
  const select = html(
    'select',
    { onchange: () => onChoose(select.value) },
    html('option', { value: '' }, 'All genres'),
    genres.map(({ genre, items }) => html('option', { value: genre }, `${genre} (${items})`)),
  );
  return html('label', { class: 'row' }, 'Genre', select);
}
