// Facts about a person's taste, in words and charts.

import { differenceBar, differenceTable, positionLine } from './chart-differences.js';
import { histogramFigure } from './chart-histogram.js';
import { html } from './dom.js';
import { decimal, rating, signed, some } from './format.js';
import { itemLink, personLink } from './items.js';
import { emptyNotice } from './notice.js';

// Differences, in rating units, that fill half of a bar. Larger differences are rare.
const GENEROSITY_RANGE = 1.5;
const RATING_RANGE = 4;

/** Renders the facts of a person. */
export function factsOf(facts, { data, words }) {
  if (!facts.ratings) {
    return emptyNotice('No facts yet.', `They appear with the first ${words.one} ${words.rated}.`);
  }
  // The means of counts depend on a few very large ones, so differences from them say little.
  const opinions = data.scale.counts ? [] : [generosity(facts, words), mostDifferent(facts)];
  const cards = [...opinions, usualness(facts), closest(facts, words)];
  const genres = facts.genres.map((group) => ({ ...group, name: group.genre }));
  const decades = facts.decades.map((group) => ({ ...group, name: `${group.decade}s` }));
  const histogram = histogramFigure(facts.histogram, data.scale, histogramWords(data.scale, words));
  return html(
    'div',
    {},
    html('div', { class: 'cards facts' }, cards),
    html(
      'div',
      { class: 'split' },
      differences(genres, 'Genre', words),
      html('div', {}, histogram, differences(decades, 'Decade', words)),
    ),
  );
}

function fact(name, figure, picture, ...text) {
  const shown = html('p', { class: 'fact-figure' }, figure);
  const card = { class: 'card fact', 'aria-label': name };
  return html('section', card, html('h3', {}, name), shown, picture, html('p', {}, text));
}

function generosity({ generosity: difference }, words) {
  if (difference == null) return null;
  const picture = differenceBar(difference, GENEROSITY_RANGE);
  return fact('Generosity', signed(difference), picture, `${tone(difference)} for the same ${words.many}.`);
}

function tone(difference) {
  if (Math.abs(difference) < 0.1) return 'Ratings about as high as those of others';
  return difference > 0 ? 'Higher ratings than those of others' : 'Lower ratings than those of others';
}

function histogramWords(scale, words) {
  return scale.counts ? `How often they ${words.past} each ${words.one}` : 'How often they give each rating';
}

function usualness({ usualness: value }) {
  const name = 'Typical taste';
  if (value == null) return fact(name, '–', null, 'Too few different ratings to tell.');
  const scale = html('span', { class: 'quiet' }, '1 means like everyone, 0 unrelated.');
  return fact(name, decimal(value), positionLine(value), tasteWords(value), ' ', scale);
}

function tasteWords(usualness) {
  if (usualness < 0) return 'Likes what others dislike, and vice versa.';
  if (usualness < 0.25) return 'A taste of their own: what others like says little about it.';
  return usualness < 0.55 ? 'A taste that others partly share.' : 'Rates much like everyone else.';
}

function mostDifferent({ most_different: most }) {
  if (!most) return null;
  const picture = differenceBar(most.difference, RATING_RANGE);
  const text = `: rated ${rating(most.rating)}, while others average ${decimal(most.mean)}.`;
  return fact('Most unusual rating', signed(most.difference), picture, itemLink(most), text);
}

function closest({ closest: mind }, words) {
  const name = 'Closest like mind';
  if (!mind) return fact(name, '–', null, 'No one rates alike, or people have not been compared yet.');
  const both = some(mind.overlap, words.one, words.many);
  const text = `Similarity ${decimal(mind.similarity)} over ${both} that both have ${words.rated}.`;
  return fact(name, personLink(mind.neighbour), null, text);
}

function differences(groups, first, words) {
  if (!groups.length) return null;
  return differenceTable(groups, { caption: `${first}s above and below their own mean`, first, words });
}
