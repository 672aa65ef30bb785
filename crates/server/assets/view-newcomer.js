// The view where a new person rates items and sees the recommendations change.

import { post } from './api.js';
import { dataset } from './dataset.js';
import { announce, html, put } from './dom.js';
import { some } from './format.js';
import { itemFinder } from './item-finder.js';
import { nameOf } from './items.js';
import { jobs } from './jobs.js';
import { newPerson } from './new-person.js';
import { newest } from './newest.js';
import { emptyNotice, load, noModel } from './notice.js';
import { RatedItems } from './rated-items.js';
import { recommendationFilters } from './recommendation-filters.js';
import { recommendationList } from './recommendations.js';
import { section } from './section.js';

const RECOMMENDED = 10;

/** Shows the view. */
export async function newcomer(main, signal) {
  const known = await dataset();
  if (signal.aborted) return;
  const { data, words } = known;
  const yours = `Your ${data.scale.counts ? words.many : words.ratings}`;
  const rating = section('rate', yours);
  const rated = new RatedItems(known);
  const finder = { label: `Find ${words.anyOne}`, words, signal, onChoose: (item) => rated.add(item) };
  rating.lastChild.append(itemFinder(finder), rated.place);
  const lead = `${words.add} a few ${words.many} as a new person. ${yours} stay in this browser until you save them.`;
  put(
    main,
    html('h1', { tabindex: '-1' }, 'What would you like?'),
    html('p', { class: 'lead' }, lead),
    html('div', { class: 'columns' }, rating, recommended(known, signal)),
  );
  rated.start(signal);
}

function recommended(known, signal) {
  const shown = { filters: {}, before: null };
  const next = newest(signal);
  const draw = () => {
    const now = next();
    return load(place, now, () => recommendations(known, shown, now));
  };
  const filters = recommendationFilters(known, 'Your', (chosen) => {
    Object.assign(shown, { filters: chosen, before: null });
    draw();
  });
  const element = section('recommended', 'You might like');
  const place = html('div', {});
  put(element.lastChild, filters, place);
  newPerson.addEventListener('change', draw, { signal });
  jobs.addEventListener('end', draw, { signal });
  draw();
  return element;
}

/** The current recommendations. `shown.before` keeps them, for the next list to show what moved. */
async function recommendations({ data, words }, shown, signal) {
  const { active } = await dataset();
  if (!active.users && !active.items) return noModel();
  const ratings = newPerson.ratings.map(({ item, rating }) => ({ item, rating }));
  if (!ratings.length) {
    shown.before = null;
    return emptyNotice(
      'Nothing yet.',
      `${words.add} ${words.anyOne} to see who liked it too, and what else they liked.`,
    );
  }
  const { genre, years, min_prediction } = shown.filters;
  const genres = genre ? [genre] : [];
  const request = { ratings, n: RECOMMENDED, explain: true, genres, years, min_prediction };
  const answer = await post('/v1/recommendations', request, signal);
  const { before } = shown;
  shown.before = answer.recommendations;
  const [first] = answer.recommendations;
  if (!first)
    return emptyNotice('Nothing to recommend.', `Change the filters, or ${words.add.toLowerCase()} more.`);
  announce(
    `${some(shown.before.length, 'recommendation', 'recommendations')}, the first is ${nameOf(first)}`,
  );
  const rate = (item, rating) => newPerson.rate(item, rating);
  return recommendationList(answer, { scale: data.scale, words, before, rate });
}
