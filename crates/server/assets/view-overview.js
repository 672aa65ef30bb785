// The overview: data set, models and jobs.

import { dataset, datasetChanged } from './dataset.js';
import { html, put } from './dom.js';
import { dataGlance, modelGlance } from './glance.js';
import { jobForm } from './job-form.js';
import { jobHistory } from './job-history.js';
import { jobCard } from './job-progress.js';
import { jobs } from './jobs.js';
import { command, emptyNotice, load } from './notice.js';
import { mayWrite } from './session.js';

/** Shows the view. */
export async function overview(main, signal) {
  // Fetch the current state, as others may have rated meanwhile.
  datasetChanged();
  const known = await dataset();
  if (signal.aborted) return;
  if (!known.data.ratings) return put(main, html('h1', { tabindex: '-1' }, 'No ratings yet'), noRatings());
  const data = html('div', {}, dataGlance(known));
  const models = html('div', {}, modelGlance(known));
  put(
    main,
    html('h1', { tabindex: '-1' }, known.data.name ?? 'Ratings'),
    data,
    html(
      'section',
      { 'aria-labelledby': 'model-heading' },
      html('h2', { id: 'model-heading' }, 'Model'),
      models,
    ),
    precompute(known, signal),
  );
  const redraw = () => {
    load(data, signal, async () => dataGlance(await dataset()));
    load(models, signal, async () => modelGlance(await dataset()));
  };
  jobs.addEventListener('end', redraw, { signal });
}

function noRatings() {
  return emptyNotice(
    'The database has no ratings.',
    'Import some, then come back: ',
    command('likemind import ml-latest-small.zip'),
    ', or your own file: ',
    command('likemind import ratings.csv'),
    '. ',
    command('likemind demo'),
    ' creates a sample database to explore.',
  );
}

function precompute({ words, data }, signal) {
  const running = html('div', {});
  const history = jobHistory(words);
  const form = html(
    'div',
    {},
    mayWrite()
      ? jobForm(words, data.scale)
      : emptyNotice('You have read access.', 'Starting a job requires a write token.'),
  );
  const card = jobCard(words);
  const draw = () => {
    const { current, live } = jobs;
    if (current) card.update(current, live);
    if (!current) put(running);
    else if (!card.element.isConnected) put(running, card.element);
    form.hidden = Boolean(current);
    history.update(jobs);
  };
  draw();
  jobs.addEventListener('change', draw, { signal });
  return html(
    'section',
    { 'aria-labelledby': 'precompute-heading' },
    html('h2', { id: 'precompute-heading' }, 'Precompute'),
    html('p', { class: 'lead' }, 'Compares all pairs exactly and stores the most similar ones.'),
    running,
    form,
    history.element,
  );
}
