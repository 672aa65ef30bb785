// Table of past jobs, newest first.

import { html, put } from './dom.js';
import { ago, count, duration, moment, percent } from './format.js';
import { modelOf } from './job-progress.js';
import { isOver } from './jobs.js';
import { bodyOf, cell, column, row, table } from './table.js';
import { wide } from './wide.js';

/**
 * The table, hidden if there are no past jobs. `update(jobs)` redraws the rows when the list changes; the
 * element itself stays, to keep the focus and the scroll position.
 */
export function jobHistory(words) {
  const element = wide('Earlier jobs');
  let shown;
  const update = ({ list, total }) => {
    if (list === shown) return;
    shown = list;
    const over = list.filter(isOver);
    element.hidden = !over.length;
    const caption = total > list.length ? `The latest of ${count(total)} jobs in total` : 'Jobs so far';
    put(element, jobTable(over, caption, words));
  };
  return { element, update };
}

function jobTable(over, caption, words) {
  const columns = [
    ['Job', 'Model', 'State'].map((name) => column(name)),
    column('Pairs', 'number extra'),
    column('Duration', 'number'),
    column('Ended'),
  ];
  const rows = over.map((job) => jobRow(job, words));
  return table(html('caption', {}, caption), columns, bodyOf(rows));
}

function jobRow(job, words) {
  const state = html('span', { class: `state ${job.state}` }, stateWords(job));
  const trouble = job.error && html('div', { class: 'quiet' }, job.error);
  const ended = job.ended_at && html('time', { title: moment(job.ended_at) }, ago(job.ended_at));
  return row(
    cell(job.job),
    cell(modelOf(job, words)),
    cell([state, trouble]),
    cell(count(job.pairs_done), 'number extra'),
    cell(duration(job.seconds), 'number took'),
    cell(ended),
  );
}

function stateWords({ state, work_done: share, model }) {
  if (state === 'cancelled') return `cancelled at ${percent(share)}`;
  return state === 'done' && model ? `done, model ${model}` : state;
}
