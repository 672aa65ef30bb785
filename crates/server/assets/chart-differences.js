// Bar charts of differences between means: bars to the right or left of a centre line.

import { html, svg } from './dom.js';
import { count, decimal, signed } from './format.js';
import { bodyOf, cell, column, head, number, row, table } from './table.js';

// The minimum range of the bars, so small differences look small.
const MIN_RANGE = 0.5;

/** A table of `groups` `[{name, count, mean, difference}]` with a bar in each row. `first` is the first header. */
export function differenceTable(groups, { caption, first, words }) {
  const range = Math.max(MIN_RANGE, ...groups.map(({ difference }) => Math.abs(difference)));
  const columns = [
    column(first),
    column(html('span', { class: 'unseen' }, 'Chart')),
    column('Differs', 'number'),
    column('Mean', 'number extra'),
    column(words.heading, 'number'),
  ];
  const rows = groups.map((group) =>
    row(
      head(group.name),
      cell(differenceBar(group.difference, range), 'bar-cell'),
      number(signed(group.difference)),
      cell(decimal(group.mean), 'number extra'),
      number(count(group.count)),
    ),
  );
  const result = table(html('caption', {}, caption), columns, bodyOf(rows));
  result.className = 'differences';
  return result;
}

/** A difference bar; `range` is the difference that fills half of it. Hidden from screen readers: the number is next to it. */
export function differenceBar(difference, range) {
  const width = Math.min(Math.abs(difference) / range, 1) * 50;
  const isBelow = difference < 0;
  return svg(
    'svg',
    { class: 'difference', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: isBelow ? 'below' : 'above', x: isBelow ? 50 - width : 50, y: 1, width, height: 8 }),
    svg('line', { class: 'middle', x1: 50, x2: 50, y1: 0, y2: 10 }),
  );
}

/** The position of a value on a line from −1 to 1. */
export function positionLine(value) {
  return svg(
    'svg',
    { class: 'position', viewBox: '0 0 100 10', preserveAspectRatio: 'xMinYMid', 'aria-hidden': 'true' },
    svg('line', { class: 'ground', x1: 2, x2: 98, y1: 5, y2: 5 }),
    svg('line', { class: 'middle', x1: 50, x2: 50, y1: 1, y2: 9 }),
    svg('circle', { class: 'dot', cx: 50 + value * 48, cy: 5, r: 3 }),
  );
}
