// Entry point: opens the session, renders the view of the current address, and updates the header.

import { onUnauthorized } from './api.js';
import { dataset, datasetChanged } from './dataset.js';
import { html, put } from './dom.js';
import { jobs } from './jobs.js';
import { jobBadge } from './job-progress.js';
import { command, emptyNotice, problemNotice } from './notice.js';
import { parts, show } from './router.js';
import { mayRead, openSession, roleNotice, tokenForm } from './session.js';
import { item } from './view-item.js';
import { items } from './view-items.js';
import { newcomer } from './view-newcomer.js';
import { overview } from './view-overview.js';
import { people } from './view-people.js';
import { person } from './view-person.js';
import './reload.js';

const RETRY_AFTER = 3_000;

const main = document.getElementById('main');
const badge = jobBadge();
const role = html('div', {});
let retry;

function viewOf([section, id, more, other]) {
  if (!mayRead()) return (place) => put(place, tokenForm(open));
  if (!section) return overview;
  if (section === 'try' && !id) return newcomer;
  if (section === 'people')
    return id == null ? people : (...place) => person(id, more === 'with' ? other : null, ...place);
  if (section === 'items') return id == null ? items : (...place) => item(id, ...place);
  return notFound;
}

function notFound(place) {
  put(
    place,
    html('h1', { tabindex: '-1' }, 'Page not found'),
    emptyNotice('The address may be incomplete.', html('a', { href: '#/' }, 'Go to the overview')),
  );
}

function markSection() {
  const section = mayRead() ? (parts()[0] ?? '') : null;
  for (const entry of document.querySelectorAll('[data-section]')) {
    if (entry.dataset.section === section) entry.setAttribute('aria-current', 'page');
    else entry.removeAttribute('aria-current');
  }
}

async function nameItems() {
  const { words } = await dataset();
  document.getElementById('items-link').textContent = words.heading;
}

function render(options) {
  markSection();
  return show(main, viewOf, options);
}

/** Starts the page, and restarts it when the role changes. */
async function open() {
  clearTimeout(retry);
  datasetChanged();
  try {
    await openSession();
    put(role, roleNotice(open));
    jobs.stop();
    if (mayRead()) await Promise.all([nameItems(), jobs.start()]);
    await render({ arrived: false });
  } catch (problem) {
    showNotReady(problem);
  }
}

// A service that is starting or has no ratings responds with 503. Retry, as it may be ready soon.
function showNotReady(problem) {
  const isWaiting = problem.status === 503;
  put(
    main,
    html('h1', { tabindex: '-1' }, isWaiting ? 'Not ready yet' : 'likemind'),
    problemNotice(problem),
    isWaiting &&
      emptyNotice(
        'If there are no ratings yet, import some: ',
        command('likemind import ml-latest-small.zip'),
        ' or ',
        command('likemind demo'),
        '. This page retries automatically.',
      ),
    html('button', { type: 'button', class: 'main', onclick: open }, 'Try again'),
  );
  clearTimeout(retry);
  retry = setTimeout(open, RETRY_AFTER);
}

// The router owns the URL fragment, so the skip link must not change it.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
onUnauthorized.call = () => mayRead() && open();
document.getElementById('top-state').append(badge.element, role);
jobs.addEventListener('change', () => badge.update(jobs.current));
addEventListener('hashchange', () => render({ arrived: true }));
open();
