// What is particular about a person's taste, told and drawn.

import { differenceBar, differenceTable, positionLine } from './chart-differences.js';
import { histogramFigure } from './chart-histogram.js';
import { html } from './dom.js';
import { decimal, rating, signed, some } from './format.js';
import { itemLink, personLink } from './items.js';
import { emptyNotice } from './notice.js';

// Differences, in ratings, that fill half a bar: few people are more generous or harder to please, and
// few ratings differ more.
const GENEROSITY_RANGE = 1.5;
const RATING_RANGE = 4;

/** The facts as the service has them. */
export function factsOf(facts, { words }) {
  if (!facts.ratings) {
    return emptyNotice('Nothing is known yet.', `Facts come with the first ${words.one} rated.`);
  }
  const cards = [generosity(facts, words), usualness(facts), mostDifferent(facts), closest(facts, words)];
  const genres = facts.genres.map((group) => ({ ...group, name: group.genre }));
  const decades = facts.decades.map((group) => ({ ...group, name: `${group.decade}s` }));
  const histogram = histogramFigure(facts.histogram, 'How often they give each rating');
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

function fact(name, figure, picture, ...told) {
  const shown = html('p', { class: 'fact-figure' }, figure);
  const card = { class: 'card fact', 'aria-label': name };
  return html('section', card, html('h3', {}, name), shown, picture, html('p', {}, told));
}

function generosity({ generosity: difference }, words) {
  if (difference == null) return null;
  const picture = differenceBar(difference, GENEROSITY_RANGE);
  return fact('Generosity', signed(difference), picture, `${tone(difference)} with the same ${words.many}.`);
}

function tone(difference) {
  if (Math.abs(difference) < 0.1) return 'About as generous as others are';
  return difference > 0 ? 'More generous than others are' : 'Harder to please than others are';
}

function usualness({ usualness: value }) {
  const name = 'Usual taste';
  if (value == null) return fact(name, '–', null, 'Too few different ratings to tell.');
  const scale = html('span', { class: 'quiet' }, '1 is as everyone, 0 unrelated.');
  return fact(name, decimal(value), positionLine(value), tasteWords(value), ' ', scale);
}

function tasteWords(usualness) {
  if (usualness < 0) return 'Likes what others do not, and the other way round.';
  if (usualness < 0.25) return 'A taste of their own: the ratings of others hardly tell it.';
  return usualness < 0.55 ? 'A taste that others share in part.' : 'Rates much as everyone does.';
}

function mostDifferent({ most_different: most }) {
  if (!most) return null;
  const picture = differenceBar(most.difference, RATING_RANGE);
  const told = `: gave ${rating(most.rating)}, where others give ${decimal(most.mean)} on average.`;
  return fact('Differs most', signed(most.difference), picture, 'On ', itemLink(most), told);
}

function closest({ closest: mind }, words) {
  const name = 'Closest like mind';
  if (!mind)
    return fact(name, '–', null, 'Nobody has rated enough of the same alike, or nobody was compared yet.');
  const both = some(mind.overlap, words.one, words.many);
  const told = `Similarity ${decimal(mind.similarity)} over ${both} that both have rated.`;
  return fact(name, personLink(mind.neighbour), null, told);
}

function differences(groups, first, words) {
  if (!groups.length) return null;
  return differenceTable(groups, { caption: `${first}s above and below their own mean`, first, words });
}
