// The like minds of a person, and a comparison with one of them.

import { path } from './api.js';
import { html, put } from './dom.js';
import { count, decimal } from './format.js';
import { personLink } from './items.js';
import { onNewModel } from './jobs.js';
import { newest } from './newest.js';
import { emptyNotice, load, noModel } from './notice.js';
import { pages } from './pager.js';
import { pairOf } from './pair.js';
import { link, rename } from './router.js';
import { section } from './section.js';
import { bodyOf, cell, column, head, number, plainColumn, table } from './table.js';

const PAGE_SIZE = 12;

/** The section; `other` is the person to compare with first, or null for the closest. */
export function likeMinds(user, other, known, signal) {
  const element = section('like-minds', 'Like minds');
  const place = element.lastChild;
  const next = newest(signal);
  let chosen = other;
  const draw = (hasModel) => {
    const now = next();
    place.classList.toggle('columns', hasModel);
    if (!hasModel) return put(place, noModel());
    showBoth(place, user, chosen, known, now, (mind) => (chosen = mind));
  };
  draw(Boolean(known.active.users));
  onNewModel('users', () => draw(true), signal);
  return element;
}

/** Shows the list next to the comparison with `chosen`, or with the closest if that is null. */
async function showBoth(place, user, chosen, known, signal, onChoose) {
  const [list, pair] = [html('div', {}), html('div', { class: 'pair' })];
  put(place, list, pair);
  const next = newest(signal);
  const show = (mind) => {
    const now = next();
    mark(list, mind);
    load(pair, now, () => pairOf(user, mind, known, now));
  };
  const choose = (mind) => {
    rename(link('people', user, 'with', mind));
    onChoose(mind);
    chosen = mind;
    show(mind);
  };
  if (chosen != null) show(chosen);
  const closest = await showMinds(list, user, known, signal, choose);
  if (chosen != null) mark(list, chosen);
  else if (closest != null) show(closest);
}

/** Fills `place`; resolves to the closest person, or null if there is none. */
async function showMinds(place, user, { words }, signal, choose) {
  const body = bodyOf();
  const similarity = html(
    'abbr',
    { title: 'Pearson correlation similarity, weighted by the overlap' },
    'PCS',
  );
  const columns = [
    column('Person'),
    column(similarity, 'number'),
    column('Overlap', 'number'),
    plainColumn(),
  ];
  const list = table('The most similar people, closest first', columns, body);
  list.className = 'minds';
  await pages(place, signal, {
    base: path`/v1/users/${user}/neighbours`,
    field: 'neighbours',
    limit: PAGE_SIZE,
    list,
    into: body,
    draw: (mind) => mindRow(mind, choose),
    empty: emptyNotice('No like minds.', `No one has ${words.rated} enough of the same ${words.many} alike.`),
  });
  return body.querySelector('[data-mind]')?.dataset.mind ?? null;
}

function mindRow({ neighbour, similarity, overlap }, choose) {
  const button = {
    type: 'button',
    class: 'plain',
    'aria-pressed': 'false',
    'aria-label': `Compare with ${neighbour}`,
    onclick: () => choose(neighbour),
  };
  return html(
    'tr',
    { 'data-mind': neighbour },
    head(personLink(neighbour)),
    number(decimal(similarity)),
    number(count(overlap)),
    cell(html('button', button, 'Compare')),
  );
}

function mark(list, mind) {
  for (const row of list.querySelectorAll('[data-mind]')) {
    const isChosen = row.dataset.mind === mind;
    row.classList.toggle('chosen', isChosen);
    row.querySelector('button').setAttribute('aria-pressed', String(isChosen));
  }
}
