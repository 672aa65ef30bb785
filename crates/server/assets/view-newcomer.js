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
import { genreChoice, recommendationList } from './recommendations.js';
import { section } from './section.js';

const RECOMMENDED = 10;

/** Shows the view. */
export async function newcomer(main, signal) {
  const known = await dataset();
  if (signal.aborted) return;
  const { words } = known;
  const rating = section('rate', 'Your ratings');
  const rated = new RatedItems(known);
  const finder = { label: `Find ${words.anyOne}`, words, signal, onChoose: (item) => rated.add(item) };
  rating.lastChild.append(itemFinder(finder), rated.place);
  const lead = `Rate a few ${words.many} as a new person. Your ratings stay in this browser until you save them.`;
  put(
    main,
    html('h1', { tabindex: '-1' }, 'What would you like?'),
    html('p', { class: 'lead' }, lead),
    html('div', { class: 'columns' }, rating, recommended(known, signal)),
  );
  rated.start(signal);
}

function recommended(known, signal) {
  const shown = { genre: '', before: null };
  const next = newest(signal);
  const draw = () => {
    const now = next();
    return load(place, now, () => recommendations(known, shown, now));
  };
  const choice = genreChoice(known.genres, (genre) => {
    Object.assign(shown, { genre, before: null });
    draw();
  });
  const element = section('recommended', 'You might like', choice);
  const place = element.lastChild;
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
      `Rate ${words.anyOne} to see who liked it too, and what else they liked.`,
    );
  }
  const request = { ratings, n: RECOMMENDED, explain: true, genres: shown.genre ? [shown.genre] : [] };
  const answer = await post('/v1/recommendations', request, signal);
  const { before } = shown;
  shown.before = answer.recommendations;
  const [first] = answer.recommendations;
  if (!first) return emptyNotice('Nothing to recommend.', 'Choose another genre, or rate more.');
  announce(
    `${some(shown.before.length, 'recommendation', 'recommendations')}, the first is ${nameOf(first)}`,
  );
  const rate = (item, rating) => newPerson.rate(item, rating);
  return recommendationList(answer, { scale: data.scale, words, before, rate });
}
