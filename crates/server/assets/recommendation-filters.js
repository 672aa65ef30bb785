// The filters of recommendations: genre, years and lowest prediction.

import { html, newId } from './dom.js';
import { rating } from './format.js';
import { genreChoice } from './genre-choice.js';
import { levelsOf } from './rating-input.js';

/**
 * The filters that the data set has values for; null if there are none. `onChange` is called with
 * `{genre, years, min_prediction}`, as in a request; those that are not set are empty or undefined. `whose` names
 * the person's mean, by which low predictions are left out unless something else is chosen.
 */
export function recommendationFilters({ data, genres }, whose, onChange) {
  const chosen = {};
  const choose = (change) => {
    Object.assign(chosen, change);
    onChange({ ...chosen });
  };
  const filters = [
    genreChoice(genres, (genre) => choose({ genre })),
    data.years && yearsChoice(data.years, (years) => choose({ years })),
    predictionChoice(data.scale, whose, (min_prediction) => choose({ min_prediction })),
  ].filter(Boolean);
  return filters.length ? html('div', { class: 'row filters' }, filters) : null;
}

// Two fields, either of which may be empty.
function yearsChoice({ first, last }, onChange) {
  const field = (label, placeholder) =>
    html('input', {
      type: 'number',
      class: 'year',
      min: first,
      max: last,
      placeholder,
      'aria-label': label,
      onchange: () => change(),
    });
  const [from, to] = [field('First year', first), field('Last year', last)];
  const change = () => {
    if (!from.reportValidity() || !to.reportValidity()) return;
    onChange(from.value || to.value ? `${from.value}-${to.value}` : undefined);
  };
  return html('span', { class: 'row years' }, 'Years', from, 'to', to);
}

function predictionChoice(scale, whose, onChange) {
  if (scale.counts) return null;
  const id = newId('predicted');
  const change = () => onChange(select.value ? Number(select.value) : undefined);
  const option = (level) => html('option', { value: level }, `${rating(level)} or more`);
  const select = html(
    'select',
    { id, onchange: change },
    html('option', { value: '' }, `${whose} mean or more`),
    html('option', { value: scale.min }, 'Any'),
    lowestOf(scale).map(option),
  );
  return html('label', { class: 'row', for: id }, 'Predicted', select);
}

// The lowest of all levels excludes nothing.
function lowestOf(scale) {
  const { min, max } = scale;
  return levelsOf(scale)?.slice(1) ?? [0.25, 0.5, 0.75].map((share) => min + share * (max - min));
}
