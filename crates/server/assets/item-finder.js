// A search field with suggestions, after the combobox pattern of the ARIA guide: arrows, Enter and Escape
// work as usual.

import { get, query } from './api.js';
import { announce, html, newId, put } from './dom.js';
import { some } from './format.js';
import { nameOf } from './items.js';

const WAIT = 200;
const SHOWN = 8;

/** The field and its list. A choice clears the field and calls `onChoose(item)`. */
export function itemFinder({ label, words, signal, onChoose }) {
  const listId = newId('found');
  const list = html('ul', {
    id: listId,
    role: 'listbox',
    'aria-label': `Matching ${words.many}`,
    hidden: true,
  });
  const field = html('input', {
    id: newId('find'),
    type: 'search',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-expanded': 'false',
    'aria-controls': listId,
    'aria-autocomplete': 'list',
    placeholder: 'Part of a title',
  });
  const finder = new Finder(field, list, words, onChoose);
  field.addEventListener('input', () => finder.searchSoon());
  field.addEventListener('keydown', (event) => finder.key(event));
  field.addEventListener('blur', () => finder.close());
  signal.addEventListener('abort', () => finder.close());
  return html(
    'div',
    { class: 'finder' },
    html('label', { for: field.id }, label),
    html('div', { class: 'finder-field' }, field, list),
  );
}

class Finder {
  #found = [];
  #at = -1;
  #latest = 0;
  #timer;

  constructor(field, list, words, onChoose) {
    Object.assign(this, { field, list, words, onChoose });
  }

  searchSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(this.field.value.trim()), WAIT);
  }

  async #search(text) {
    const search = ++this.#latest;
    if (!text) return this.close();
    try {
      const { items, total } = await get(query('/v1/items', { query: text, limit: SHOWN }));
      // Ignore outdated responses.
      if (search === this.#latest) this.#show(items, total);
    } catch (problem) {
      if (search === this.#latest) this.#showMessage(problem.message);
    }
  }

  /** Closes the list and drops pending searches. */
  close() {
    clearTimeout(this.#timer);
    this.#latest++;
    this.#found = [];
    this.#at = -1;
    this.list.hidden = true;
    this.field.setAttribute('aria-expanded', 'false');
    this.field.removeAttribute('aria-activedescendant');
  }

  key(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && this.#found.length) this.#go((this.#at + move + this.#found.length) % this.#found.length);
    else if (event.key === 'Enter' && this.#found.length) this.#choose(this.#found[Math.max(this.#at, 0)]);
    else if (event.key === 'Escape' && !this.list.hidden) this.close();
    else return;
    event.preventDefault();
  }

  #show(items, total) {
    if (!items.length) return this.#showMessage(`No ${this.words.many} found`);
    this.#found = items;
    this.#at = -1;
    put(
      this.list,
      items.map((item) => this.#option(item)),
    );
    this.#open();
    announce(`${some(total, `${this.words.one} found`, `${this.words.many} found`)}`);
  }

  #option(item) {
    return html(
      'li',
      {
        id: newId('option'),
        role: 'option',
        'aria-selected': 'false',
        // Without this the field loses the focus and closes the list before the click.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.#choose(item),
      },
      nameOf(item),
      ' ',
      html('span', { class: 'quiet' }, some(item.ratings, 'person', 'people')),
    );
  }

  #showMessage(text) {
    this.#found = [];
    put(this.list, html('li', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, text));
    this.#open();
    announce(text);
  }

  #open() {
    this.list.hidden = false;
    this.field.setAttribute('aria-expanded', 'true');
  }

  #go(at) {
    this.#at = at;
    [...this.list.children].forEach((option, index) =>
      option.setAttribute('aria-selected', String(index === at)),
    );
    this.field.setAttribute('aria-activedescendant', this.list.children[at].id);
    this.list.children[at].scrollIntoView({ block: 'nearest' });
  }

  #choose(item) {
    this.close();
    this.field.value = '';
    this.onChoose(item);
  }
}
