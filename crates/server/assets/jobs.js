// The job that runs, wherever it was started, and those before it. One event stream a page, however
// many parts of the page look at it.

import { get, path } from './api.js';
import { announce } from './dom.js';
import { datasetChanged } from './dataset.js';
import { percent } from './format.js';

const LOOK_EVERY = 5_000;
const HISTORY = 10;

/**
 * Says `change` when anything here changes, and `end` when a job is over, which is its `detail`.
 *
 * `current` is the job that is not over, or null; `list` the latest jobs, newest first; `live` whether
 * the stream of `current` is connected.
 */
class Jobs extends EventTarget {
  current = null;
  list = [];
  total = 0;
  live = false;
  #over = null;
  #stream = null;
  #timer = null;

  constructor() {
    super();
    for (const [target, event] of [
      [document, 'visibilitychange'],
      [window, 'online'],
    ]) {
      target.addEventListener(event, () => this.#timer && this.#renew());
    }
  }

  /** Looks at the jobs now and from now on. */
  start() {
    this.#timer ??= setInterval(() => this.#lookAgain(), LOOK_EVERY);
    return this.refresh();
  }

  /** Looks no more. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.current = null;
    this.#close();
    this.#changed();
  }

  /** Asks for the list, and follows the job that runs, if any. */
  async refresh() {
    const { jobs, total } = await get(`/v1/jobs?limit=${HISTORY}`);
    this.list = jobs;
    this.total = total;
    const over = jobs.filter(isOver);
    // What was over at the first look is no news; what ended between two looks is.
    this.#over ??= new Set(over.map(({ job }) => job));
    over.forEach((job) => this.#end(job));
    this.#follow(jobs.find((job) => !isOver(job)) ?? null);
  }

  /** Shows `job` from now on; null where none runs. */
  #follow(job) {
    this.current = job;
    if (job && !this.#stream && isSeen()) this.#open(job.job);
    if (!job) this.#close();
    this.#changed();
  }

  #open(id) {
    this.#close();
    const stream = new EventSource(path`/v1/jobs/${id}/events`);
    this.#stream = stream;
    stream.addEventListener('open', () => this.#setLive(true));
    stream.addEventListener('job', ({ data }) => this.#take(JSON.parse(data)));
    stream.addEventListener('end', ({ data }) => this.#take(JSON.parse(data)));
    stream.addEventListener('error', () => {
      this.#setLive(false);
      // The browser tries again by itself unless it was refused; then the next look does.
      if (stream.readyState === EventSource.CLOSED && this.#stream === stream) this.#close();
    });
  }

  #take(job) {
    if (isOver(job)) {
      this.#close();
      this.#end(job);
      this.current = null;
      this.refresh().catch(() => {});
    } else {
      tellTenths(this.current, job);
      this.current = job;
    }
    this.#changed();
  }

  // Once for each job, however often it is heard of.
  #end(job) {
    if (this.#over?.has(job.job)) return;
    this.#over?.add(job.job);
    datasetChanged();
    announce(`Job ${job.job}: ${job.state}`);
    this.dispatchEvent(new CustomEvent('end', { detail: job }));
  }

  #close() {
    this.#stream?.close();
    this.#stream = null;
    this.live = false;
  }

  // After a closed lid a stream can look open and be dead: a new one begins with the present state. A hidden
  // page has none: a browser opens six connections to a host, over all its tabs, and a stream keeps one.
  #renew() {
    this.#close();
    if (isSeen()) this.refresh().catch(() => {});
  }

  #lookAgain() {
    if (isSeen() && !this.live) this.refresh().catch(() => {});
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

/** Whether nothing more will happen to a job. */
export const isOver = (job) => !['queued', 'running'].includes(job.state);

/** Calls `draw` whenever a job has made a new model of `side`, until `signal` is aborted. */
export function onNewModel(side, draw, signal) {
  const look = ({ detail: job }) => job.side === side && job.state === 'done' && draw();
  jobs.addEventListener('end', look, { signal });
}

const isSeen = () => document.visibilityState === 'visible';

// Two events a second are to be seen; to be heard, one in ten per cent is enough.
function tellTenths(before, job) {
  const tenth = (of) => Math.floor((of?.work_done ?? 0) * 10);
  if (tenth(job) > tenth(before)) announce(`${percent(job.work_done)} done`);
}
