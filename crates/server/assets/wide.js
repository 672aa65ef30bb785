// A scrollable frame for tables that may be wider than the window. It can be focused and scrolled by keyboard.

import { html } from './dom.js';

/** The frame with `table`, which may be added later; `label` is its accessible name. */
export const wide = (label, table = null) =>
  html('div', { class: 'wide', role: 'region', 'aria-label': label, tabindex: '0' }, table);
