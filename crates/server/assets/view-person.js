// The view of a person: recommendations, facts, like minds and ratings.

import { get, path, query } from './api.js';
import { dataset } from './dataset.js';
import { html, put } from './dom.js';
import { factsOf } from './facts.js';
import { forgetButton } from './forget.js';
import { jobs } from './jobs.js';
import { likeMinds } from './like-minds.js';
import { newest } from './newest.js';
import { emptyNotice, load, noModel } from './notice.js';
import { personRatings } from './person-ratings.js';
import { recommendationFilters } from './recommendation-filters.js';
import { recommendationList } from './recommendations.js';
import { section } from './section.js';
import { mayWrite } from './session.js';
import { capital, someRated } from './words.js';

const RECOMMENDED = 10;
const CONTENTS = {
  'might-like': 'Might like',
  facts: 'Facts',
  'like-minds': 'Like minds',
};

/** Shows the person `user`, compared with `other` if that is not null. */
export async function person(user, other, main, signal) {
  const [known, summary] = await Promise.all([dataset(), get(path`/v1/users/${user}`, signal)]);
  if (signal.aborted) return;
  const recommended = mightLike(user, known, signal);
  const facts = factsSection(user, known, signal);
  const redraw = () => Promise.all([recommended.draw(), facts.draw()]);
  const { words } = known;
  const rated = someRated(summary.ratings, words);
  const mean = summary.mean == null ? '.' : `, ${words.mean(summary.mean)}.`;
  put(
    main,
    html(
      'div',
      { class: 'row spread' },
      html('h1', { tabindex: '-1' }, user),
      mayWrite() && forgetButton(user, summary),
    ),
    html('p', { class: 'lead' }, rated, mean),
    html(
      'nav',
      { class: 'contents', 'aria-label': 'On this page' },
      Object.entries(CONTENTS).map(jumpButton),
      jumpButton(['ratings', capital(words.ratings)]),
    ),
    recommended.element,
    facts.element,
    likeMinds(user, other, known, signal),
    personRatings(user, known, signal, redraw),
  );
  jobs.addEventListener('end', redraw, { signal });
  await redraw();
}

// A button, as a link to a fragment would leave the view.
function jumpButton([id, name]) {
  const jump = () => {
    document.getElementById(id).scrollIntoView();
    document.getElementById(`${id}-heading`).focus({ preventScroll: true });
  };
  return html('button', { type: 'button', class: 'plain', onclick: jump }, name);
}

function factsSection(user, known, signal) {
  const element = section('facts', 'Facts');
  const next = newest(signal);
  const draw = () => {
    const now = next();
    const make = async () => factsOf(await get(path`/v1/users/${user}/facts`, now), known);
    return load(element.lastChild, now, make);
  };
  return { element, draw };
}

function mightLike(user, known, signal) {
  let filters = {};
  const element = section('might-like', 'Might like');
  const place = html('div', {});
  const next = newest(signal);
  const draw = () => {
    const now = next();
    return load(place, now, () => recommendations(user, filters, known, now));
  };
  const choice = recommendationFilters(known, 'Their', (chosen) => {
    filters = chosen;
    draw();
  });
  put(element.lastChild, choice, place);
  return { element, draw };
}

async function recommendations(user, filters, { data, words }, signal) {
  const { active } = await dataset();
  if (!active.users && !active.items) return noModel();
  const parameters = { n: RECOMMENDED, explain: true, ...filters };
  const answer = await get(query(path`/v1/users/${user}/recommendations`, parameters), signal);
  if (answer.recommendations.length) return recommendationList(answer, { scale: data.scale, words });
  const hint = Object.values(filters).some(Boolean)
    ? 'Change the filters.'
    : `There are no ${words.many} left that they have not ${words.rated}.`;
  return emptyNotice('Nothing to recommend.', hint);
}
