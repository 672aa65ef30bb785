// Histogram of ratings.

import { html, svg } from './dom.js';
import { count, percent, rating as asRating, roughly } from './format.js';

const WIDTH = 320;
const BARS = 100;
const TOP = 18;
const FOOT = 22;
const MAX_LABELS = 11;

/** A figure of `histogram` `[{rating, count}]`, ascending by rating. */
export function histogramFigure(histogram, caption) {
  const all = histogram.reduce((sum, bar) => sum + bar.count, 0);
  const most = Math.max(...histogram.map((bar) => bar.count), 1);
  const step = WIDTH / histogram.length;
  const every = Math.ceil(histogram.length / MAX_LABELS);
  const bars = histogram.map((bar, at) => {
    const height = (bar.count / most) * BARS;
    const middle = (at + 0.5) * step;
    return svg(
      'g',
      {},
      svg('title', {}, barText(bar, all)),
      // Makes the whole column react to the pointer, however low the bar is.
      svg('rect', { class: 'column', x: at * step, y: 0, width: step, height: TOP + BARS }),
      svg('rect', {
        class: 'bar',
        x: at * step + 2,
        y: TOP + BARS - height,
        width: Math.max(step - 4, 1),
        height,
      }),
      histogram.length <= MAX_LABELS &&
        bar.count > 0 &&
        svg('text', { class: 'figure', x: middle, y: TOP + BARS - height - 5 }, roughly(bar.count)),
      at % every === 0 && svg('text', { class: 'axis', x: middle, y: TOP + BARS + 16 }, asRating(bar.rating)),
    );
  });
  return html(
    'figure',
    { class: 'histogram' },
    svg(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${TOP + BARS + FOOT}`,
        role: 'img',
        'aria-label': `${caption}: ${histogram.map((bar) => barText(bar, all)).join('; ')}`,
      },
      bars,
      svg('line', { class: 'ground', x1: 0, x2: WIDTH, y1: TOP + BARS, y2: TOP + BARS }),
    ),
    html('figcaption', {}, caption),
  );
}

const barText = (bar, all) =>
  `${asRating(bar.rating)}: ${count(bar.count)} (${percent(all ? bar.count / all : 0)})`;
