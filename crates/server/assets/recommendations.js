// A list of recommendations with their reasons, and how they moved since the previous list.

import { html } from './dom.js';
import { expected, some } from './format.js';
import { genreLine, itemLink, nameOf, titleOf } from './items.js';
import { ratingInput } from './rating-input.js';
import { reasonNumbers, reasonWords } from './reasons.js';

/**
 * The list.
 *
 * `answer` is the response of the service; `before` the previous recommendations, or null;
 * `rate(item, value)` stores a rating of a recommended item, null if rating is not offered.
 */
export function recommendationList(answer, { scale, words, before = null, rate = null }) {
  const ranks = before && new Map(before.map(({ item }, at) => [item, at]));
  const entry = (recommendation, at) => {
    const moved = ranks && movement(ranks.get(recommendation.item), at);
    const title = html('h3', {}, itemLink(recommendation), ' ', moved);
    const numbers = recommendation.reasons && reasonNumbers(recommendation, answer, words);
    return html(
      'li',
      {},
      html('div', { class: 'recommendation-head' }, title, expectation(recommendation, scale)),
      genreLine(recommendation),
      reasonWords(recommendation, answer, words),
      html('div', { class: 'row' }, numbers, rate && seenIt(recommendation, scale, words, rate)),
    );
  };
  return html('ol', { class: 'recommendations' }, answer.recommendations.map(entry));
}

// A predicted count would say little: counts differ by orders of magnitude.
function expectation({ prediction, below_mean }, { min, max, counts }) {
  if (prediction == null || counts) return null;
  const meter = html('meter', { min, max, value: prediction, 'aria-hidden': 'true' });
  return html(
    'p',
    { class: 'expected' },
    html('span', { class: 'unseen' }, 'Predicted rating '),
    meter,
    html('strong', {}, expected(prediction)),
    below_mean && html('span', { class: 'quiet' }, ' below the mean'),
  );
}

function movement(before, now) {
  if (before === undefined) return html('span', { class: 'tag' }, 'new');
  if (before === now) return null;
  const places = some(Math.abs(before - now), 'place', 'places');
  const up = before > now;
  return html(
    'span',
    { class: 'moved' },
    html('span', { 'aria-hidden': 'true' }, `${up ? '↑' : '↓'}${Math.abs(before - now)}`),
    html('span', { class: 'unseen' }, `${up ? 'up' : 'down'} ${places}`),
  );
}

function seenIt(recommendation, scale, words, rate) {
  return html(
    'details',
    {},
    html('summary', {}, words.seen, html('span', { class: 'unseen' }, `: ${titleOf(recommendation)}`)),
    ratingInput({ label: nameOf(recommendation), scale, onRate: (value) => rate(recommendation, value) }),
  );
}
