// Histograms of ratings, and of how many ratings people gave or items got.

import { html, svg } from './dom.js';
import { count, percent, rating as asRating, roughly, tick } from './format.js';

const WIDTH = 320;
const BARS = 100;
const TOP = 18;
const FOOT = 22;
const MAX_LABELS = 11;
// With more bars, labels have no room for both ends of a range.
const MAX_RANGES = 6;

/** A figure of `histogram` `[{rating, count}]`, ascending by rating. `scale` tells whether ratings are counts. */
export function histogramFigure(histogram, scale, caption) {
  const named = ({ rating, count }, at) => {
    const end = scale.counts ? (histogram[at + 1]?.rating ?? scale.max + 1) - 1 : rating;
    return { name: rangeText(rating, end), label: shortLabel(rating, scale), count };
  };
  return barFigure(histogram.map(named), caption);
}

/** A figure of `ranges` `[{from, to, count}]` that double in width: how many people, or items, have so many ratings. */
export function rangesFigure(ranges, caption) {
  const label = (from, to) => (ranges.length > MAX_RANGES || from === to ? tick(from) : rangeText(from, to));
  const named = ({ from, to, count }) => ({ name: rangeText(from, to), label: label(from, to), count });
  return barFigure(ranges.map(named), caption);
}

const rangeText = (from, to) => (from >= to ? asRating(from) : `${asRating(from)}–${asRating(to)}`);
const shortLabel = (rating, scale) => (scale.counts ? tick(rating) : asRating(rating));

function barFigure(bars, caption) {
  const all = bars.reduce((sum, bar) => sum + bar.count, 0);
  const most = Math.max(...bars.map((bar) => bar.count), 1);
  const step = WIDTH / bars.length;
  const every = Math.ceil(bars.length / MAX_LABELS);
  const columns = bars.map((bar, at) => {
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
      bars.length <= MAX_LABELS &&
        bar.count > 0 &&
        svg('text', { class: 'figure', x: middle, y: TOP + BARS - height - 5 }, roughly(bar.count)),
      at % every === 0 && svg('text', { class: 'axis', x: middle, y: TOP + BARS + 16 }, bar.label),
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
        'aria-label': `${caption}: ${bars.map((bar) => barText(bar, all)).join('; ')}`,
      },
      columns,
      svg('line', { class: 'ground', x1: 0, x2: WIDTH, y1: TOP + BARS, y2: TOP + BARS }),
    ),
    html('figcaption', {}, caption),
  );
}

const barText = (bar, all) => `${bar.name}: ${count(bar.count)} (${percent(all ? bar.count / all : 0)})`;
