// The form that starts a fit: side, number of neighbours and similarity options.

import { post } from './api.js';
import { html, newId, put } from './dom.js';
import { jobs } from './jobs.js';
import { problemNotice } from './notice.js';

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
const WEIGHTINGS = [
  ['shrink:50', 'n/(n + 50): shrinkage'],
  ['herlocker:50', 'min(n, 50)/50: Herlocker'],
  ['none', 'none: all overlaps count the same'],
];

/** The form. */
export function jobForm(words) {
  const side = choice('side', 'Compare', [
    ['users', 'People'],
    ['items', words.heading],
  ]);
  const k = number('Neighbours to keep', 'k', { min: 1, value: 100 });
  const measure = select('Measure', 'measure', MEASURES);
  const weighting = select('Weighting by overlap n', 'weighting', WEIGHTINGS);
  const overlap = number('Minimum overlap', 'min_overlap', { min: 1, value: 2 });
  const similarity = number('Similarity above', 'min_similarity', { min: -1, max: 1, step: 'any', value: 0 });
  const button = html('button', { class: 'main' }, 'Compare all pairs');
  const trouble = html('div', {});
  return html(
    'form',
    {
      class: 'card',
      'aria-label': 'Start precomputing',
      onsubmit: (event) => start(event, button, trouble),
    },
    html('div', { class: 'fields' }, side, k, measure),
    html(
      'details',
      {},
      html('summary', {}, 'More options'),
      html('div', { class: 'fields' }, weighting, overlap, similarity),
    ),
    html('div', { class: 'row' }, button),
    trouble,
  );
}

async function start(event, button, trouble) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const request = { kind: 'fit' };
  for (const name of ['side', 'measure', 'weighting']) request[name] = fields.get(name);
  for (const name of ['k', 'min_overlap', 'min_similarity']) request[name] = Number(fields.get(name));
  put(trouble);
  button.disabled = true;
  try {
    await post('/v1/jobs', request);
    await jobs.refresh();
  } catch (problem) {
    put(trouble, problemNotice(problem));
  } finally {
    button.disabled = false;
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
