// The rating control: a row of buttons if the scale has few levels or holds counts, otherwise a number field.

import { html, newId } from './dom.js';
import { rating as asRating } from './format.js';

const MAX_BUTTONS = 11;

/**
 * A control that calls `onRate(value)` when a rating is chosen, and `onClear()` when it is removed.
 *
 * `label` names the rated item; `value` is the current rating or null. Without `onClear` it cannot be removed.
 */
export function ratingInput({ label, scale, value = null, onRate, onClear }) {
  const levels = scale.amounts ?? namedLevels(scale);
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

/** Moves the focus to the rating control in `place`: to the chosen level, or else to the first. */
export const focusRating = (place) =>
  (place?.querySelector('input:checked') ?? place?.querySelector('input'))?.focus();

/** The levels of a scale, ascending; null if they are too many for buttons, or the scale has no step. */
export function levelsOf({ min, max, step }) {
  if (!step) return null;
  const steps = Math.round((max - min) / step);
  // Rounded to avoid levels such as 0.30000000000000004.
  return steps < MAX_BUTTONS
    ? Array.from({ length: steps + 1 }, (_, at) => +(min + at * step).toFixed(6))
    : null;
}

const namedLevels = (scale) => levelsOf(scale)?.map((level) => ({ level, name: levelName(level) })) ?? null;

function levelButtons(levels, value, onRate) {
  const name = newId('level');
  let timer;
  // Arrow keys pass through the levels in between: only store the one where they stop.
  const choose = (level) => {
    clearTimeout(timer);
    timer = setTimeout(() => onRate(level), 300);
  };
  const button = ({ level, name: text }) => {
    const radio = {
      type: 'radio',
      name,
      value: level,
      checked: level === value,
      onchange: () => choose(level),
    };
    return html('label', { class: 'level' }, html('input', radio), html('span', {}, text));
  };
  const isNamed = levels.some(({ name }) => name.length > 2);
  return html('div', { class: isNamed ? 'levels named' : 'levels' }, levels.map(button));
}

// Scales of half stars have many levels: 4½ takes less space than 4.5.
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
