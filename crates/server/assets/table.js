// The parts of a table. `kind` is `number` for what stands flush right, with `extra` for what a phone does without.

import { html } from './dom.js';

/** A table of a head and a body; `caption` is read aloud before it, and is seen where it is an element. */
export function table(caption, columns, body, foot = null) {
  const told = typeof caption === 'string' ? html('caption', { class: 'unseen' }, caption) : caption;
  return html('table', {}, told, html('thead', {}, row(columns)), body, foot);
}

/** The head of a column. */
export const column = (name, kind = null) => html('th', { scope: 'col', class: kind }, name);

/** The head of a column that needs none: it holds buttons. */
export const plainColumn = () => html('td', {});

/** The body, of what rows there are yet. */
export const bodyOf = (rows = []) => html('tbody', {}, rows);

export const row = (...cells) => html('tr', {}, cells);

/** The cell that names its row. */
export const head = (...content) => html('th', { scope: 'row' }, content);

export const cell = (content, kind = null) => html('td', { class: kind }, content);

export const number = (content) => cell(content, 'number');
