// The current job, whichever process started it, and past jobs. The whole page shares one event stream.

import { get, path } from './api.js';
import { announce } from './dom.js';
import { datasetChanged } from './dataset.js';
import { percent } from './format.js';

const POLL_INTERVAL = 5_000;
const HISTORY = 10;

/**
 * Dispatches `change` when anything here changes, and `end` when a job has ended, with the job as `detail`.
 *
 * `current` is the job that has not ended, or null; `list` the latest jobs, newest first; `live` whether
 * the stream of `current` is connected.
 */
class Jobs extends EventTarget {
  current = null;
  list = [];
  total = 0;
  live = false;
  #ended = null;
  #stream = null;
  #timer = null;

  constructor() {
    super();
    for (const [target, event] of [
      [document, 'visibilitychange'],
      [window, 'online'],
    ]) {
      target.addEventListener(event, () => this.#timer && this.#reconnect());
    }
  }

  /** Fetches the jobs now and keeps them up to date. */
  start() {
    this.#timer ??= setInterval(() => this.#poll(), POLL_INTERVAL);
    return this.refresh();
  }

  /** Stops updating. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.current = null;
    this.#close();
    this.#changed();
  }

  /** Fetches the list, and follows the current job, if any. */
  async refresh() {
    const { jobs, total } = await get(`/v1/jobs?limit=${HISTORY}`);
    this.list = jobs;
    this.total = total;
    const over = jobs.filter(isOver);
    // Jobs that had ended before the first fetch are not announced; later ones are.
    this.#ended ??= new Set(over.map(({ job }) => job));
    over.forEach((job) => this.#end(job));
    this.#follow(jobs.find((job) => !isOver(job)) ?? null);
  }

  /** Makes `job` the current one; null if there is none. */
  #follow(job) {
    this.current = job;
    if (job && !this.#stream && isVisible()) this.#open(job.job);
    if (!job) this.#close();
    this.#changed();
  }

  #open(id) {
    this.#close();
    const stream = new EventSource(path`/v1/jobs/${id}/events`);
    this.#stream = stream;
    stream.addEventListener('open', () => this.#setLive(true));
    stream.addEventListener('job', ({ data }) => this.#receive(JSON.parse(data)));
    stream.addEventListener('end', ({ data }) => this.#receive(JSON.parse(data)));
    stream.addEventListener('error', () => {
      this.#setLive(false);
      // The browser reconnects unless the request was rejected; in that case the next poll does.
      if (stream.readyState === EventSource.CLOSED && this.#stream === stream) this.#close();
    });
  }

  #receive(job) {
    if (isOver(job)) {
      this.#close();
      this.#end(job);
      this.current = null;
      this.refresh().catch(() => {});
    } else {
      announceProgress(this.current, job);
      this.current = job;
    }
    this.#changed();
  }

  // Reports the end of each job once.
  #end(job) {
    if (this.#ended?.has(job.job)) return;
    this.#ended?.add(job.job);
    datasetChanged();
    announce(`Job ${job.job}: ${job.state}`);
    this.dispatchEvent(new CustomEvent('end', { detail: job }));
  }

  #close() {
    this.#stream?.close();
    this.#stream = null;
    this.live = false;
  }

  // After a suspend a stream can look open and be dead; a new one starts with the current state. A hidden
  // page has no stream: a browser opens at most six connections to a host, over all tabs, and each stream
  // occupies one.
  #reconnect() {
    this.#close();
    if (isVisible()) this.refresh().catch(() => {});
  }

  #poll() {
    if (isVisible() && !this.live) this.refresh().catch(() => {});
  }

  #setLive(live) {
    this.live = live;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

export const jobs = new Jobs();

/** Whether a job has ended. */
export const isOver = (job) => !['queued', 'running'].includes(job.state);

/** Calls `draw` whenever a job has created a model of `side`, until `signal` is aborted. */
export function onNewModel(side, draw, signal) {
  const listener = ({ detail: job }) => job.side === side && job.state === 'done' && draw();
  jobs.addEventListener('end', listener, { signal });
}

const isVisible = () => document.visibilityState === 'visible';

// There are two events a second; a screen reader announces only every tenth of the work.
function announceProgress(before, job) {
  const tenth = (of) => Math.floor((of?.work_done ?? 0) * 10);
  if (tenth(job) > tenth(before)) announce(`${percent(job.work_done)} done`);
}
