// A table that may be wider than the window scrolls by itself, and by keys too.

import { html } from './dom.js';

/** `table` in such a frame, which may be put in later; `label` names it. */
export const wide = (label, table = null) =>
  html('div', { class: 'wide', role: 'region', 'aria-label': label, tabindex: '0' }, table);
