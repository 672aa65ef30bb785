// Bars of the terms of a sum: each starts where the previous one ends.

import { svg } from './dom.js';

/** The bars of `terms`, to be drawn in this order. Hidden from screen readers: the numbers are next to them. */
export class SumBars {
  #reached = 0;
  #from = 0;
  #range = 1;

  constructor(terms) {
    let sum = 0;
    const sums = terms.map((term) => (sum += term));
    this.#from = Math.min(0, ...sums);
    this.#range = Math.max(0, ...sums) - this.#from || 1;
  }

  /** The bar of the next term. */
  next(term) {
    const start = this.#reached;
    this.#reached += term;
    return this.#bar(start, this.#reached, term < 0 ? 'below' : 'above');
  }

  /** The bar of the sum of the terms so far. */
  sum() {
    return this.#bar(0, this.#reached, 'total');
  }

  #bar(start, end, kind) {
    const at = (value) => ((value - this.#from) / this.#range) * 100;
    const [left, right] = [at(Math.min(start, end)), at(Math.max(start, end))];
    return svg(
      'svg',
      { class: 'sum', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { class: kind, x: left, y: 1, width: Math.max(right - left, 0.5), height: 8 }),
    );
  }
}
