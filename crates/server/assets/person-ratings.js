// The ratings of a person. With write access they can be added and changed.

import { path, putTo, remove } from './api.js';
import { datasetChanged } from './dataset.js';
import { announce, html, put } from './dom.js';
import { date, rating as asRating } from './format.js';
import { itemFinder } from './item-finder.js';
import { genreLine, itemLink, nameOf } from './items.js';
import { newest } from './newest.js';
import { emptyNotice, problemNotice } from './notice.js';
import { pages } from './pager.js';
import { focusRating, ratingInput } from './rating-input.js';
import { section } from './section.js';
import { mayWrite } from './session.js';
import { bodyOf, cell, column, head, number, plainColumn, row, table } from './table.js';
import { capital } from './words.js';

const PAGE_SIZE = 20;

/** The section; `onChange` is called after each stored change. */
export function personRatings(user, { data, words }, signal, onChange) {
  const element = section('ratings', capital(words.ratings));
  const [place, trouble, adding] = [html('div', {}), html('div', {}), html('div', { class: 'adding' })];
  const next = newest(signal);
  const show = () => showRatings(place, next(), edits, words);
  const done = (message) => {
    announce(message);
    datasetChanged();
    put(adding);
    show();
    onChange();
  };
  const edits = { user, scale: data.scale, words, trouble, done };
  const add = (item) => {
    put(adding, itemLink(item), editor(item, null, edits));
    focusRating(adding);
  };
  const finder = { label: `${words.add} ${words.anyOne} for this person`, words, signal, onChoose: add };
  put(element.lastChild, mayWrite() && itemFinder(finder), adding, trouble, place);
  show();
  return element;
}

function showRatings(place, signal, edits, words) {
  const body = bodyOf();
  const columns = [column('Title'), column(words.value, 'number'), column('Date', 'number extra')];
  return pages(place, signal, {
    base: path`/v1/users/${edits.user}/ratings`,
    field: 'ratings',
    limit: PAGE_SIZE,
    list: table(`${capital(words.ratings)}, newest first`, [columns, mayWrite() && plainColumn()], body),
    into: body,
    draw: (item) => ratingRow(item, edits),
    empty: emptyNotice(`No ${words.ratings} yet.`, mayWrite() && `Find ${words.anyOne} above to add one.`),
  });
}

function ratingRow(item, edits) {
  let editing = null;
  // The editor has its own row, to use the whole width on a phone.
  const change = () => {
    if (editing) {
      editing.remove();
      editing = null;
      return;
    }
    editing = row(html('td', { colspan: '4' }, editor(item, item.rating, edits)));
    shown.after(editing);
    focusRating(editing);
  };
  const button = { type: 'button', class: 'plain', 'aria-label': `Change ${nameOf(item)}`, onclick: change };
  const shown = row(
    head(itemLink(item), html('div', {}, genreLine(item))),
    number(asRating(item.rating)),
    cell(date(item.timestamp), 'number quiet extra'),
    mayWrite() && cell(html('button', button, 'Change'), 'number'),
  );
  return shown;
}

function editor(item, value, { user, scale, words, trouble, done }) {
  const url = path`/v1/users/${user}/ratings/${item.item}`;
  const store = async (change, message) => {
    put(trouble);
    try {
      await change();
      done(message);
    } catch (problem) {
      put(trouble, problemNotice(problem));
    }
  };
  const name = nameOf(item);
  return ratingInput({
    label: name,
    scale,
    value,
    onRate: (rating) => store(() => putTo(url, { rating }), `${name} ${words.own(rating)}`),
    onClear: value === null ? null : () => store(() => remove(url), `${name} removed`),
  });
}
