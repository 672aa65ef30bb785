// The form that starts a fit: side, number of neighbours and similarity options.

import { post } from './api.js';
import { html, newId, put } from './dom.js';
import { count, duration, roughly } from './format.js';
import { jobs } from './jobs.js';
import { problemNotice } from './notice.js';
import { capital } from './words.js';

const MEASURES = [
  ['pcs', 'Pearson correlation (PCS)'],
  ['cosine', 'Cosine'],
  ['msd', 'Mean squared difference'],
  ['jaccard', 'Jaccard'],
  ['overlap', 'Overlap'],
  ['binary-cosine', 'Binary cosine (rated or not)'],
  ['pearson-baseline', 'Pearson around baselines'],
  ['centred-cosine', 'Centred cosine'],
];
// Who has which items says more than how often.
const MEASURES_OF_COUNTS = [...MEASURES].sort(
  ([a], [b]) => (b === 'binary-cosine') - (a === 'binary-cosine'),
);
const WEIGHTINGS = [
  ['shrink:50', 'n/(n + 50): shrinkage'],
  ['herlocker:50', 'min(n, 50)/50: Herlocker'],
  ['none', 'none: all overlaps count the same'],
];

/** The form. */
export function jobForm(words, scale) {
  const side = choice('side', 'Compare', [
    ['users', 'People'],
    ['items', words.heading],
  ]);
  const k = number('Neighbours to keep', 'k', { min: 1, value: 100 });
  const measure = select('Measure', 'measure', scale.counts ? MEASURES_OF_COUNTS : MEASURES);
  const weighting = select('Weighting by overlap n', 'weighting', WEIGHTINGS);
  const overlap = number('Minimum overlap', 'min_overlap', { min: 1, value: 2 });
  const similarity = number('Similarity above', 'min_similarity', { min: -1, max: 1, step: 'any', value: 0 });
  const button = html('button', { class: 'main' }, 'Compare all pairs');
  const estimate = { type: 'button', onclick: () => showEstimate(form, answer) };
  const answer = html('div', { role: 'status' });
  const form = html(
    'form',
    {
      class: 'card',
      'aria-label': 'Start precomputing',
      onsubmit: (event) => start(event, button, answer),
      // An estimate is only valid for the options that it was made for.
      onchange: () => put(answer),
    },
    html('div', { class: 'fields' }, side, k, measure),
    html(
      'details',
      {},
      html('summary', {}, 'More options'),
      html('div', { class: 'fields' }, weighting, overlap, similarity),
    ),
    html('div', { class: 'row' }, button, html('button', estimate, 'Estimate the time')),
    answer,
  );
  return form;
}

function requestOf(form) {
  const fields = new FormData(form);
  const request = { kind: 'fit' };
  for (const name of ['side', 'measure', 'weighting']) request[name] = fields.get(name);
  for (const name of ['k', 'min_overlap', 'min_similarity']) request[name] = Number(fields.get(name));
  return request;
}

async function start(event, button, answer) {
  event.preventDefault();
  put(answer);
  button.disabled = true;
  try {
    await post('/v1/jobs', requestOf(event.target));
    await jobs.refresh();
  } catch (problem) {
    put(answer, problemNotice(problem));
  } finally {
    button.disabled = false;
  }
}

async function showEstimate(form, answer) {
  if (!form.reportValidity()) return;
  put(answer, html('p', { class: 'quiet' }, 'Computing a small part …'));
  try {
    const { pairs, seconds, bytes } = await post('/v1/jobs/estimate', requestOf(form));
    const memory = `${count(Math.ceil(bytes / 2 ** 20))} MiB`;
    const text = `${capital(duration(seconds))} for ${roughly(pairs)} pairs, and up to ${memory} of memory.`;
    put(answer, html('p', {}, text));
  } catch (problem) {
    put(answer, problemNotice(problem));
  }
}

function choice(name, label, options) {
  return html(
    'fieldset',
    { class: 'choice' },
    html('legend', {}, label),
    html(
      'div',
      { class: 'row' },
      options.map(([value, text], at) =>
        html(
          'label',
          { class: 'radio' },
          html('input', { type: 'radio', name, value, checked: at === 0 }),
          html('span', {}, text),
        ),
      ),
    ),
  );
}

function number(label, name, attributes) {
  const id = newId(name);
  return html(
    'div',
    {},
    html('label', { for: id }, label),
    html('input', { id, name, type: 'number', required: true, ...attributes }),
  );
}

function select(label, name, options) {
  const id = newId(name);
  return html(
    'div',
    {},
    html('label', { for: id }, label),
    html(
      'select',
      { id, name },
      options.map(([value, text]) => html('option', { value }, text)),
    ),
  );
}
