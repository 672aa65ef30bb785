// Saving the ratings of a new person under a name that is not taken.

import { get, path, Problem, putTo } from './api.js';
import { datasetChanged } from './dataset.js';
import { html, newId, put } from './dom.js';
import { newPerson } from './new-person.js';
import { problemNotice } from './notice.js';
import { go, link } from './router.js';
import { mayWrite } from './session.js';
import { someRated } from './words.js';

// The name of a partial save. It exists by now, but may be used again.
let startedName = null;
newPerson.addEventListener('change', () => {
  if (!newPerson.ratings.length) startedName = null;
});

/**
 * The number of ratings, a button to start over and, with write access, a form to save; hidden if there are no
 * ratings. `update()` changes it in place, which keeps the text in the form.
 */
export function savePerson(words) {
  const rated = html('span', {});
  const restart = { type: 'button', class: 'plain', onclick: () => newPerson.clearAll() };
  const element = html(
    'div',
    { class: 'saving' },
    html('p', { class: 'row spread' }, rated, html('button', restart, 'Start over')),
    mayWrite() && nameForm(),
  );
  const update = () => {
    const { length } = newPerson.ratings;
    put(rated, someRated(length, words));
    element.hidden = length === 0;
  };
  return { element, update };
}

function nameForm() {
  const id = newId('name');
  const trouble = html('div', {});
  const name = html('input', { id, required: true, autocomplete: 'off', maxlength: 200 });
  const button = html('button', {}, 'Save');
  const submit = async (event) => {
    event.preventDefault();
    put(trouble);
    button.disabled = true;
    await saveAs(name.value.trim()).catch((problem) => put(trouble, problemNotice(problem)));
    button.disabled = false;
  };
  return html(
    'form',
    { onsubmit: submit },
    html('label', { for: id }, 'Save under the name'),
    html('div', { class: 'row' }, name, button),
    trouble,
  );
}

async function saveAs(user) {
  if (user !== startedName && (await isKnown(user))) {
    const detail = `A person called ${user} already exists. Choose another name.`;
    throw new Problem({ title: 'This name is taken', detail });
  }
  startedName = user;
  // Stored oldest first, so the newest rating stays the newest.
  for (const { item, rating } of [...newPerson.ratings].reverse()) {
    await putTo(path`/v1/users/${user}/ratings/${item}`, { rating });
  }
  newPerson.clearAll();
  datasetChanged();
  go(link('people', user));
}

async function isKnown(user) {
  try {
    await get(path`/v1/users/${user}`);
    return true;
  } catch (problem) {
    if (problem.status === 404) return false;
    throw problem;
  }
}
