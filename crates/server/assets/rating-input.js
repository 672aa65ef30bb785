// Giving a rating: a row of buttons where the scale has few levels, else a number.

import { html, newId } from './dom.js';
import { rating as asRating } from './format.js';

const MOST_BUTTONS = 11;

/**
 * A control that calls `onRate(value)` when a rating is chosen, and `onClear()` when it is taken back.
 *
 * `label` names what is rated, `value` is the present rating or null; without `onClear` it cannot be taken back.
 */
export function ratingInput({ label, scale, value = null, onRate, onClear }) {
  const levels = levelsOf(scale);
  const input = levels ? levelButtons(levels, value, onRate) : numberField(scale, value, onRate);
  const clear = { type: 'button', class: 'plain', 'aria-label': `Remove: ${label}`, onclick: onClear };
  return html(
    'fieldset',
    { class: 'rating' },
    html('legend', { class: 'unseen' }, label),
    input,
    onClear && html('button', clear, 'Remove'),
  );
}

/** Moves the focus to the rating in `place`: to the level that is chosen, else to the first. */
export const focusRating = (place) =>
  (place?.querySelector('input:checked') ?? place?.querySelector('input'))?.focus();

/** The ratings of a scale of few levels, ascending; null for another. */
export function levelsOf({ min, max, step }) {
  if (!step) return null;
  const steps = Math.round((max - min) / step);
  // Rounded, so that tenths are written as tenths.
  return steps < MOST_BUTTONS
    ? Array.from({ length: steps + 1 }, (_, at) => +(min + at * step).toFixed(6))
    : null;
}

function levelButtons(levels, value, onRate) {
  const name = newId('level');
  let chosen;
  // Arrow keys pass through the levels between: what is stayed on counts.
  const choose = (level) => {
    clearTimeout(chosen);
    chosen = setTimeout(() => onRate(level), 300);
  };
  const button = (level) => {
    const radio = {
      type: 'radio',
      name,
      value: level,
      checked: level === value,
      onchange: () => choose(level),
    };
    return html('label', { class: 'level' }, html('input', radio), html('span', {}, levelName(level)));
  };
  return html('div', { class: 'levels' }, levels.map(button));
}

// Half stars are many and narrow: 4½ takes less room than 4.5.
const levelName = (level) =>
  asRating(level)
    .replace(/^0?\.5$/, '½')
    .replace(/\.5$/, '½');

function numberField({ min, max, step }, value, onRate) {
  const field = html('input', {
    type: 'number',
    min,
    max,
    step: step ?? 'any',
    value,
    required: true,
    'aria-label': `From ${asRating(min)} to ${asRating(max)}`,
  });
  field.addEventListener('change', () => field.reportValidity() && onRate(field.valueAsNumber));
  return html(
    'span',
    { class: 'row' },
    field,
    html('span', { class: 'quiet' }, `${asRating(min)} to ${asRating(max)}`),
  );
}
