// Progress of the current job.

import { path, remove } from './api.js';
import { html, put } from './dom.js';
import { ago, count, duration, percent, roughly } from './format.js';
import { jobs } from './jobs.js';
import { problemNotice } from './notice.js';
import { mayWrite } from './session.js';

/**
 * The badge in the header, hidden if there is no current job. `update(job)` changes it in place, to keep the
 * focus and not to lose slow clicks.
 */
export function jobBadge() {
  const element = html('a', { href: '#/', class: 'badge', hidden: true });
  const update = (job) => {
    element.hidden = !job;
    if (job) put(element, job.state === 'queued' ? 'Job queued' : `${verbOf(job)} ${percent(job.work_done)}`);
  };
  return { element, update };
}

/** The model that a job makes. */
export function modelOf(job, words) {
  if (job.model_kind === 'item-kriging') return 'item kriging';
  return job.model_kind === 'ridge' ? 'ridge regression' : `neighbours of ${sideName(job.side, words)}`;
}

const verbOf = (job) => (job.model_kind === 'neighbours' ? 'Comparing' : 'Fitting');

/** What a job does. */
function workOf(job, words) {
  const work =
    job.model_kind === 'neighbours' ? `all pairs of ${sideName(job.side, words)}` : modelOf(job, words);
  return `${verbOf(job)} ${work}`;
}

/** The noun for a side. */
export const sideName = (side, words) => (side === 'items' ? words.many : 'people');

/**
 * The card of a job. `update(job, live)` changes the elements in place, so the bar moves smoothly and the
 * focus stays.
 */
export function jobCard(words) {
  const heading = html('h3', {});
  const bar = html('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
  const done = html('strong', { class: 'share' });
  const figures = html('p', { class: 'figures' });
  const link = html('p', { class: 'quiet' });
  const trouble = html('div', {});
  const cancel = html('button', { type: 'button', onclick: () => cancelJob(card.job, trouble) }, 'Cancel');
  const card = {
    job: null,
    element: html(
      'section',
      { class: 'card job', 'aria-label': 'Current job' },
      html('div', { class: 'row spread' }, heading, cancel),
      html('div', { class: 'row bar-row' }, bar, done),
      figures,
      link,
      trouble,
    ),
    update(job, live) {
      card.job = job;
      put(heading, job.state === 'queued' ? `Job ${job.job} is queued` : workOf(job, words));
      bar.value = job.work_done;
      put(done, percent(job.work_done));
      put(figures, figuresOf(job));
      put(link, linkWords(job, live));
      cancel.hidden = !mayWrite();
    },
  };
  return card;
}

function figuresOf(job) {
  if (job.state === 'queued')
    return 'No process is working on it yet. It starts as soon as a service or `likemind fit` picks it up.';
  const pairs = job.pairs ? `${count(job.pairs_done)} of ${count(job.pairs)} pairs` : 'reading the ratings';
  const rate = job.pairs_per_second > 0 && ` · ${roughly(job.pairs_per_second)} pairs/s`;
  const tiles = job.tiles > 0 && ` · ${count(job.tiles_done)} of ${count(job.tiles)} tiles`;
  return [pairs, tiles, rate, html('br', {}), html('span', { class: 'left' }, timeLeft(job))];
}

function timeLeft({ seconds_left: left }) {
  if (left == null) return 'Estimating the time left …';
  return left < 1 ? 'Nearly done' : `About ${duration(left)} left`;
}

function linkWords(job, live) {
  const since = job.started_at ? `Started ${ago(job.started_at)}` : '';
  const by = job.holder ? `, run by ${job.holder}` : '';
  return `${since}${by}. ${live ? 'You can leave this page; the job continues.' : 'Connection lost; reconnecting …'}`;
}

async function cancelJob(job, trouble) {
  put(trouble);
  try {
    await remove(path`/v1/jobs/${job.job}`);
    await jobs.refresh();
  } catch (problem) {
    put(trouble, problemNotice(problem));
  }
}
