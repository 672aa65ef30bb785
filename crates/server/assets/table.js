// The parts of a table. `kind` has CSS classes: `number` aligns right, `extra` hides the column on a phone.

import { html } from './dom.js';

/** A table with head and body. The `caption` is visible if it is an element; a string is for screen readers only. */
export function table(caption, columns, body, foot = null) {
  const heading = typeof caption === 'string' ? html('caption', { class: 'unseen' }, caption) : caption;
  return html('table', {}, heading, html('thead', {}, row(columns)), body, foot);
}

/** A column header. */
export const column = (name, kind = null) => html('th', { scope: 'col', class: kind }, name);

/** An empty header, for a column of buttons. */
export const plainColumn = () => html('td', {});

/** The table body. */
export const bodyOf = (rows = []) => html('tbody', {}, rows);

export const row = (...cells) => html('tr', {}, cells);

/** A row header. */
export const head = (...content) => html('th', { scope: 'row' }, content);

export const cell = (content, kind = null) => html('td', { class: kind }, content);

export const number = (content) => cell(content, 'number');
