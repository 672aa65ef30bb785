// A job that is not over: how far it is, how fast, how long still.

import { path, remove } from './api.js';
import { html, put } from './dom.js';
import { ago, count, duration, percent, roughly } from './format.js';
import { jobs } from './jobs.js';
import { problemNotice } from './notice.js';
import { mayWrite } from './session.js';

/**
 * The small sign at the top of every view, hidden where no job runs. The same element is kept, so that it
 * holds the focus, and a slow click reaches it: `update(job)` brings it up to date.
 */
export function jobBadge() {
  const element = html('a', { href: '#/', class: 'badge', hidden: true });
  const update = (job) => {
    element.hidden = !job;
    if (job) put(element, job.state === 'queued' ? 'Job waits' : `Comparing ${percent(job.work_done)}`);
  };
  return { element, update };
}

/** What a side is called. */
export const sideName = (side, words) => (side === 'items' ? words.many : 'people');

/**
 * The card of a job. The same elements are kept while it moves, so that the bar glides and the focus stays:
 * `update(job, live)` brings them up to date.
 */
export function jobCard(words) {
  const heading = html('h3', {});
  const bar = html('progress', { max: 1, value: 0, 'aria-label': 'Work done' });
  const done = html('strong', { class: 'share' });
  const figures = html('p', { class: 'figures' });
  const link = html('p', { class: 'quiet' });
  const trouble = html('div', {});
  const cancel = html('button', { type: 'button', onclick: () => cancelJob(card.job, trouble) }, 'Cancel');
  const card = {
    job: null,
    element: html(
      'section',
      { class: 'card job', 'aria-label': 'The job that runs' },
      html('div', { class: 'row spread' }, heading, cancel),
      html('div', { class: 'row bar-row' }, bar, done),
      figures,
      link,
      trouble,
    ),
    update(job, live) {
      card.job = job;
      put(
        heading,
        job.state === 'queued'
          ? `Job ${job.job} waits`
          : `Comparing all pairs of ${sideName(job.side, words)}`,
      );
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
    return 'Nobody works on it yet. It goes on by itself where a service or `likemind fit` takes it up.';
  const pairs = job.pairs ? `${count(job.pairs_done)} of ${count(job.pairs)} pairs` : 'reading the ratings';
  const rate = job.pairs_per_second > 0 && ` · ${roughly(job.pairs_per_second)} pairs/s`;
  return [pairs, rate, html('br', {}), html('span', { class: 'left' }, timeLeft(job))];
}

function timeLeft({ seconds_left: left }) {
  if (left == null) return 'How long it takes shows in a moment';
  return left < 1 ? 'Nearly done' : `About ${duration(left)} left`;
}

function linkWords(job, live) {
  const since = job.started_at ? `Began ${ago(job.started_at)}` : '';
  const by = job.holder ? `, worked on by ${job.holder}` : '';
  return `${since}${by}. ${live ? 'You can leave: it goes on without this page.' : 'The line is down; trying again …'}`;
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
