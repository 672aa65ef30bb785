// A search field for a list that is filtered while typing.

import { html, newId } from './dom.js';

const WAIT = 200;

/** `onSearch(text)` is called when typing pauses. */
export function searchField({ label, placeholder, signal, onSearch }) {
  const id = newId('search');
  const field = html('input', { id, type: 'search', placeholder, autocomplete: 'off', spellcheck: 'false' });
  let timer;
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => onSearch(field.value.trim()), WAIT);
  });
  signal.addEventListener('abort', () => clearTimeout(timer));
  const form = { class: 'finder', role: 'search', onsubmit: (event) => event.preventDefault() };
  return html('form', form, html('label', { for: id }, label), field);
}
