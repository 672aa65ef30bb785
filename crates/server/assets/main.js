// Starts the page: who one is, what is shown, and what stands at the top.

import { onTokenWanted } from './api.js';
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

const TRY_AGAIN = 3_000;

const main = document.getElementById('main');
const badge = jobBadge();
const role = html('div', {});
let waiting;

function viewOf([section, id, more, other]) {
  if (!mayRead()) return (place) => put(place, tokenForm(open));
  if (!section) return overview;
  if (section === 'try' && !id) return newcomer;
  if (section === 'people')
    return id == null ? people : (...place) => person(id, more === 'with' ? other : null, ...place);
  if (section === 'items') return id == null ? items : (...place) => item(id, ...place);
  return nowhere;
}

function nowhere(place) {
  put(
    place,
    html('h1', { tabindex: '-1' }, 'There is no such page'),
    emptyNotice('The address may be cut short.', html('a', { href: '#/' }, 'Go to the overview')),
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

/** Begins, and begins again when the role changes. */
async function open() {
  clearTimeout(waiting);
  datasetChanged();
  try {
    await openSession();
    put(role, roleNotice(open));
    jobs.stop();
    if (mayRead()) await Promise.all([nameItems(), jobs.start()]);
    await render({ arrived: false });
  } catch (problem) {
    notReady(problem);
  }
}

// A service that begins, or that has nothing to answer from, says so; it may be ready a moment later.
function notReady(problem) {
  const isWaiting = problem.status === 503;
  put(
    main,
    html('h1', { tabindex: '-1' }, isWaiting ? 'Not ready yet' : 'likemind'),
    problemNotice(problem),
    isWaiting &&
      emptyNotice(
        'If there are no ratings yet, read some in: ',
        command('likemind import ml-latest-small.zip'),
        ' or ',
        command('likemind demo'),
        '. This page goes on by itself.',
      ),
    html('button', { type: 'button', class: 'main', onclick: open }, 'Try again'),
  );
  clearTimeout(waiting);
  waiting = setTimeout(open, TRY_AGAIN);
}

// The address after # is the router's, so the way past the header must not change it.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
onTokenWanted.call = () => mayRead() && open();
document.getElementById('top-state').append(badge.element, role);
jobs.addEventListener('change', () => badge.update(jobs.current));
addEventListener('hashchange', () => render({ arrived: true }));
open();
