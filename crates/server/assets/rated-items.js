// The items that a new person rates: found, already rated, and suggested ones.

import { get } from './api.js';
import { announce, html, put } from './dom.js';
import { itemLink, nameOf } from './items.js';
import { newPerson } from './new-person.js';
import { load } from './notice.js';
import { ownRating } from './own-rating.js';
import { focusRating } from './rating-input.js';
import { savePerson } from './save-person.js';

const SUGGESTED = 8;

/** The lists, in `place`. Found items are on top until they are rated. */
export class RatedItems {
  place = html('div', {});
  #lists = ['found', 'rated', 'suggested'].map(() => html('ul', { class: 'rated' }));
  #heading = html('h3', {});
  #found = [];
  #suggested = [];
  #saving;
  #scale;

  constructor({ data, words }) {
    this.#scale = data.scale;
    this.#saving = savePerson(words);
    const [found, rated, suggested] = this.#lists;
    put(this.place, found, rated, this.#saving.element, this.#heading, suggested);
  }

  /** Draws the lists now and whenever ratings change, until `signal` is aborted. */
  start(signal) {
    this.#draw();
    newPerson.addEventListener('change', () => this.#draw(), { signal });
    const suggestions = html('div', {});
    load(suggestions, signal, async () => {
      this.#suggested = (await get(`/v1/items?limit=${SUGGESTED}`, signal)).items;
      this.#draw();
    });
  }

  /** Puts an item on top and focuses its rating. */
  add(item) {
    this.#found = [item, ...this.#found.filter((other) => other.item !== item.item)];
    this.#draw();
    announce(`${nameOf(item)}: choose a rating`);
    this.#focus(item.item);
  }

  #draw() {
    const focused = document.activeElement?.closest?.('[data-row]')?.dataset.row;
    const isUnrated = (item) => newPerson.ratingOf(item.item) === null;
    this.#found = this.#found.filter(isUnrated);
    const found = new Set(this.#found.map(({ item }) => item));
    const suggested = this.#suggested.filter((item) => isUnrated(item) && !found.has(item.item));
    [this.#found, newPerson.ratings, suggested].forEach((items, at) => this.#fill(this.#lists[at], items));
    this.#saving.update();
    put(this.#heading, newPerson.ratings.length ? 'More suggestions' : 'Suggestions');
    this.#heading.hidden = suggested.length === 0;
    // Redrawing the rows removes the focused element: restore the focus for keyboard users.
    if (focused != null) this.#focus(focused);
  }

  #focus(id) {
    focusRating([...this.place.querySelectorAll('[data-row]')].find(({ dataset }) => dataset.row === id));
  }

  #fill(list, items) {
    list.hidden = items.length === 0;
    put(
      list,
      items.map((item) =>
        html('li', { 'data-row': item.item }, itemLink(item), ownRating(item, this.#scale)),
      ),
    );
  }
}
