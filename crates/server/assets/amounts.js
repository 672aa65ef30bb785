// Counts that a person can choose from by name, as nobody knows how often they have played an artist.

const NAMES = [
  ['a little', 0.25],
  ['often', 0.6],
  ['very often', 0.9],
];

/** `[{level, name}]`, ascending: the counts at these shares of all counts, by `histogram` `[{rating, count}]`. */
export function amountsOf(histogram) {
  const all = histogram.reduce((sum, bar) => sum + bar.count, 0);
  const amounts = new Map();
  for (const [name, share] of NAMES) {
    let below = 0;
    const bar = histogram.find(({ count }) => (below += count) > share * all);
    if (bar) amounts.set(Math.max(bar.rating, 1), name);
  }
  return [...amounts].map(([level, name]) => ({ level, name }));
}
