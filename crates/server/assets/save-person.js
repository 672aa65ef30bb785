// A new person's ratings are stored under a name that nobody has yet.

import { get, path, Problem, putTo } from './api.js';
import { datasetChanged } from './dataset.js';
import { html, newId, put } from './dom.js';
import { some } from './format.js';
import { newPerson } from './new-person.js';
import { problemNotice } from './notice.js';
import { go, link } from './router.js';
import { mayWrite } from './session.js';

// The name under which saving broke off half-way: it exists by now, and is not taken by another.
let begun = null;
newPerson.addEventListener('change', () => {
  if (!newPerson.ratings.length) begun = null;
});

/**
 * How many are rated, starting over, and the form that saves them where that is allowed; hidden where nothing
 * is rated. The same form is kept, with what was typed into it: `update()` brings the rest up to date.
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
    put(rated, some(length, `${words.one} rated`, `${words.many} rated`));
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
    html('label', { for: id }, 'Save as a person called'),
    html('div', { class: 'row' }, name, button),
    trouble,
  );
}

async function saveAs(user) {
  if (user !== begun && (await isKnown(user))) {
    const detail = `There is a person called ${user} already. Choose another name.`;
    throw new Problem({ title: 'The name is taken', detail });
  }
  begun = user;
  // The first rated is stored first, so that the newest stays the newest.
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
