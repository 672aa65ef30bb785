// What a new person rates: what was found, what is rated, and what to begin with.

import { get } from './api.js';
import { announce, html, put } from './dom.js';
import { itemLink, nameOf } from './items.js';
import { newPerson } from './new-person.js';
import { load } from './notice.js';
import { ownRating } from './own-rating.js';
import { focusRating } from './rating-input.js';
import { savePerson } from './save-person.js';

const SUGGESTED = 8;

/** The list, in `place`. What was found stands on top until it is rated. */
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

  /** Draws the list, and again when ratings change, until `signal` is aborted. */
  start(signal) {
    this.#draw();
    newPerson.addEventListener('change', () => this.#draw(), { signal });
    const suggestions = html('div', {});
    load(suggestions, signal, async () => {
      this.#suggested = (await get(`/v1/items?limit=${SUGGESTED}`, signal)).items;
      this.#draw();
    });
  }

  /** Puts an item on top, ready to be rated. */
  add(item) {
    this.#found = [item, ...this.#found.filter((other) => other.item !== item.item)];
    this.#draw();
    announce(`${nameOf(item)}: choose a rating`);
    this.#focus(item.item);
  }

  #draw() {
    const focused = document.activeElement?.closest?.('[data-row]')?.dataset.row;
    const isOpen = (item) => newPerson.ratingOf(item.item) === null;
    this.#found = this.#found.filter(isOpen);
    const found = new Set(this.#found.map(({ item }) => item));
    const suggested = this.#suggested.filter((item) => isOpen(item) && !found.has(item.item));
    [this.#found, newPerson.ratings, suggested].forEach((items, at) => this.#fill(this.#lists[at], items));
    this.#saving.update();
    put(this.#heading, newPerson.ratings.length ? 'Or one of these' : 'Many have rated these');
    this.#heading.hidden = suggested.length === 0;
    // The rows are drawn anew under the fingers of who rates with the keyboard.
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
