// Scatter plot of two people's ratings, with a dot for each item that both have rated.

import { html, put, svg } from './dom.js';
import { rating as asRating, tick } from './format.js';
import { nameOf } from './items.js';
import { levelsOf } from './rating-input.js';

const SIZE = 340;
const MARGIN = 36;
const PLOT = SIZE - MARGIN - 8;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** A figure of `common` `[{item, title, a, b}]`, with a diagonal for equal ratings. */
export function scatterFigure({ a, b, common }, scale, words) {
  const caption = html('figcaption', {});
  const explain = () =>
    put(
      caption,
      `Each dot is ${words.anyOne} that both have ${words.rated}. On the line they agree; above it ${b} liked it more, below it ${a} did.`,
    );
  const name = ({ target }) => (target.dataset.label ? put(caption, target.dataset.label) : explain());
  explain();
  const picture = svg(
    'svg',
    {
      viewBox: `0 0 ${SIZE} ${SIZE}`,
      role: 'img',
      onpointerover: name,
      onpointerleave: explain,
      'aria-label': `Ratings of ${common.length} ${words.many} by ${a} (horizontal) and ${b} (vertical); all are in the table below`,
    },
    axes(scale, a, b),
    dots(common, scale),
  );
  return html('figure', { class: 'scatter' }, picture, caption);
}

// A margin of half a cell on each side keeps clusters at the corners inside the plot. Counts differ by orders of
// magnitude, so their axes are logarithmic.
function place(scale) {
  const cells = levelsOf(scale)?.length ?? 10;
  const inner = PLOT * (1 - 1 / cells);
  const at = scale.counts ? (value) => Math.log(1 + value) : (value) => value;
  const [min, max] = [at(scale.min), at(scale.max)];
  const along = (rating) => PLOT / cells / 2 + ((at(rating) - min) / (max - min)) * inner;
  return {
    cell: PLOT / cells,
    x: (rating) => MARGIN + along(rating),
    y: (rating) => 8 + PLOT - along(rating),
  };
}

function ticksOf(scale) {
  if (!scale.counts) return levelsOf(scale) ?? [scale.min, (scale.min + scale.max) / 2, scale.max];
  const powers = Array.from({ length: 16 }, (_, power) => 10 ** power);
  return powers.filter((power) => power >= scale.min && power <= scale.max);
}

function axes(scale, a, b) {
  const { x, y } = place(scale);
  const levels = ticksOf(scale);
  const [left, right, bottom, top] = [MARGIN, MARGIN + PLOT, 8 + PLOT, 8];
  return svg(
    'g',
    { 'aria-hidden': 'true' },
    levels.map((level) => [
      svg('line', { class: 'grid', x1: x(level), x2: x(level), y1: top, y2: bottom }),
      svg('line', { class: 'grid', x1: left, x2: right, y1: y(level), y2: y(level) }),
    ]),
    levels
      .filter(Number.isInteger)
      .map((level) => [
        svg('text', { class: 'axis', x: x(level), y: bottom + 13 }, tick(level)),
        svg('text', { class: 'axis end', x: left - 5, y: y(level) + 4 }, tick(level)),
      ]),
    svg('line', { class: 'agree', x1: x(scale.min), y1: y(scale.min), x2: x(scale.max), y2: y(scale.max) }),
    svg('text', { class: 'axis-name', x: left + PLOT / 2, y: SIZE - 3 }, `${shortened(a)} →`),
    svg(
      'text',
      { class: 'axis-name', x: 0, y: 0, transform: `translate(12 ${8 + PLOT / 2}) rotate(-90)` },
      `${shortened(b)} →`,
    ),
  );
}

// Items with the same two ratings would hide each other: arrange them around their point in a sunflower spiral.
function dots(common, scale) {
  const { cell, x, y } = place(scale);
  const points = grouped(common);
  const most = Math.max(...[...points.values()].map((items) => items.length), 1);
  const spread = Math.min((cell * 0.46) / Math.sqrt(most), 5);
  return svg(
    'g',
    { class: 'dots' },
    [...points.values()].flatMap((items) =>
      items.map((item, at) => {
        const far = items.length === 1 ? 0 : spread * Math.sqrt(at + 0.5);
        const label = `${nameOf(item)}: ${asRating(item.a)} and ${asRating(item.b)}`;
        return svg(
          'circle',
          {
            class: 'dot',
            r: Math.max(spread * 0.78, 1),
            'data-label': label,
            cx: x(item.a) + far * Math.cos(at * GOLDEN_ANGLE),
            cy: y(item.b) + far * Math.sin(at * GOLDEN_ANGLE),
          },
          svg('title', {}, label),
        );
      }),
    ),
  );
}

function grouped(common) {
  const points = new Map();
  for (const item of common) {
    const key = `${item.a} ${item.b}`;
    points.set(key, [...(points.get(key) ?? []), item]);
  }
  return points;
}

const shortened = (name) => (name.length > 24 ? `${name.slice(0, 23)}…` : name);
