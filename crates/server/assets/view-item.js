// The view of an item: its ratings, similar items, and the new person's rating.

import { get, path } from './api.js';
import { histogramFigure } from './chart-histogram.js';
import { dataset } from './dataset.js';
import { division } from './division.js';
import { html, put } from './dom.js';
import { count, decimal, some } from './format.js';
import { genreLine, itemLink, nameOf } from './items.js';
import { onNewModel } from './jobs.js';
import { newPerson } from './new-person.js';
import { newest } from './newest.js';
import { command, emptyNotice } from './notice.js';
import { ownRating } from './own-rating.js';
import { pages } from './pager.js';
import { focusRating } from './rating-input.js';
import { section } from './section.js';
import { bodyOf, column, head, number, row, table } from './table.js';

const PAGE_SIZE = 12;

/** Shows the item `id`. */
export async function item(id, main, signal) {
  const [known, shown] = await Promise.all([dataset(), get(path`/v1/items/${id}`, signal)]);
  if (signal.aborted) return;
  const similar = section('similar', `Similar ${known.words.many}`);
  const histogram = histogramFigure(shown.histogram, known.data.scale, histogramWords(shown, known));
  put(
    main,
    html('h1', { tabindex: '-1' }, nameOf(shown)),
    html('p', { class: 'lead' }, genreLine(shown)),
    html(
      'div',
      { class: 'split' },
      html('div', {}, figures(shown, known), ownCard(shown, known, signal)),
      histogram,
    ),
    division(id, known, signal),
    similar,
  );
  const next = newest(signal);
  const draw = (hasModel) => showSimilar(similar.lastChild, id, hasModel, known.words, next());
  onNewModel('items', () => draw(true), signal);
  await draw(Boolean(known.active.items));
}

function histogramWords({ ratings }, { data, words }) {
  const people = some(ratings, 'person', 'people');
  return `How ${data.scale.counts ? 'often ' : ''}${people} ${words.past} it`;
}

function figures({ ratings, mean }, { data: { scale }, words }) {
  const figure = (name, value) => html('div', {}, html('dt', {}, name), html('dd', {}, value));
  return html(
    'dl',
    { class: 'big-figures' },
    figure(scale.counts ? 'people' : 'ratings', count(ratings)),
    figure(scale.counts ? `mean ${words.ratings}` : 'mean', scale.counts ? count(mean) : decimal(mean)),
  );
}

function ownCard(shown, { data, words }, signal) {
  const place = html('section', { class: 'card', 'aria-labelledby': 'own-heading' });
  const draw = () => {
    const isRated = newPerson.ratingOf(shown.item) !== null;
    const hadFocus = place.contains(document.activeElement);
    const tryLink = html('a', { href: '#/try' }, 'see your recommendations');
    put(
      place,
      html(
        'h2',
        { id: 'own-heading', class: 'small' },
        isRated ? (data.scale.counts ? 'Added' : 'Your rating') : words.seen,
      ),
      ownRating(shown, data.scale),
      html('p', { class: 'quiet' }, 'Stored in this browser for a new person: ', tryLink, '.'),
    );
    if (hadFocus) focusRating(place);
  };
  newPerson.addEventListener('change', draw, { signal });
  draw();
  return place;
}

async function showSimilar(place, id, hasModel, words, signal) {
  if (!hasModel) {
    const overview = html('a', { href: '#/' }, 'overview');
    const hint = [
      `Compare ${words.many} on the `,
      overview,
      ' or run ',
      command('likemind fit --side items'),
      '.',
    ];
    put(place, emptyNotice(`No model of ${words.many} yet.`, hint));
    return;
  }
  const body = bodyOf();
  const columns = [column('Title'), column('Similarity', 'number'), column('Overlap', 'number')];
  await pages(place, signal, {
    base: path`/v1/items/${id}/similar`,
    field: 'similar',
    limit: PAGE_SIZE,
    list: table(`Similar ${words.many}, most similar first`, columns, body),
    into: body,
    draw: (other) =>
      row(head(itemLink(other)), number(decimal(other.similarity)), number(count(other.overlap))),
    empty: emptyNotice(
      `No similar ${words.many}.`,
      `Too few people have ${words.rated} it and other ${words.many}.`,
    ),
  });
}
