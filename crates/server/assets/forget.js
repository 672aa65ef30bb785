// Forgetting a person, with confirmation.

import { path, remove } from './api.js';
import { datasetChanged } from './dataset.js';
import { html, put } from './dom.js';
import { some } from './format.js';
import { problemNotice } from './notice.js';
import { go } from './router.js';

/** The button and its confirmation dialog. */
export function forgetButton(user, { ratings }) {
  const trouble = html('div', {});
  const dialog = html(
    'dialog',
    { 'aria-labelledby': 'forget-heading', 'aria-describedby': 'forget-words' },
    html('h2', { id: 'forget-heading', class: 'small' }, `Forget ${user}?`),
    html(
      'p',
      { id: 'forget-words' },
      `The id and ${some(ratings, 'rating', 'ratings')} will be permanently removed from this database and from everything computed from them. This cannot be undone.`,
    ),
    trouble,
    html(
      'div',
      { class: 'row' },
      html('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
      html(
        'button',
        { type: 'button', class: 'danger', onclick: () => forget(user, dialog, trouble) },
        'Forget',
      ),
    ),
  );
  const button = html(
    'button',
    { type: 'button', class: 'plain', onclick: () => dialog.showModal() },
    'Forget this person',
  );
  return html('div', {}, button, dialog);
}

async function forget(user, dialog, trouble) {
  try {
    await remove(path`/v1/users/${user}`);
    datasetChanged();
    dialog.close();
    go('#/people');
  } catch (problem) {
    put(trouble, problemNotice(problem));
  }
}
