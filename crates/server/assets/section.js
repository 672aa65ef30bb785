// A section of a view, with a heading.

import { html } from './dom.js';

/** The section; its last child is the container for the content. `beside` is placed next to the heading. */
export const section = (id, name, ...beside) =>
  html(
    'section',
    { id, 'aria-labelledby': `${id}-heading` },
    html('div', { class: 'row spread' }, html('h2', { id: `${id}-heading`, tabindex: '-1' }, name), beside),
    html('div', {}),
  );
