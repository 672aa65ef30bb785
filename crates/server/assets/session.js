// Who one is to the service: nobody yet, a reader, or a writer.

import { get, post, remove } from './api.js';
import { html, newId } from './dom.js';
import { problemNotice } from './notice.js';

const session = { role: 'none', token_required: false };

/** Asks the service which role this browser has. */
export async function openSession() {
  Object.assign(session, await get('/v1/session'));
}

/** Whether the service answers at all without a token that it has not been given. */
export const mayRead = () => session.role !== 'none';

/** Whether this browser may rate, forget people, and start jobs. */
export const mayWrite = () => session.role === 'write';

/** What the top of the page says about the role; nothing where no token is needed. */
export function roleNotice(onClose) {
  if (!session.token_required || !mayRead()) return null;
  const close = async () => {
    await remove('/v1/session');
    onClose();
  };
  return html(
    'span',
    { class: 'role' },
    !mayWrite() && html('span', { class: 'tag' }, 'read-only'),
    html('button', { type: 'button', class: 'plain', onclick: close }, 'Sign out'),
  );
}

/** The form that trades a token for a cookie, which scripts cannot read; calls `onOpen` when it has. */
export function tokenForm(onOpen) {
  const input = html('input', {
    id: newId('token'),
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    spellcheck: 'false',
  });
  const answer = html('div', { role: 'alert' });
  const submit = async (event) => {
    event.preventDefault();
    answer.replaceChildren();
    try {
      await post('/v1/session', { token: input.value.trim() });
      onOpen();
    } catch (problem) {
      answer.replaceChildren(problemNotice(problem));
      input.select();
    }
  };
  return html(
    'form',
    { class: 'card narrow', onsubmit: submit },
    html('h1', { tabindex: '-1' }, 'This service wants a token'),
    html(
      'p',
      {},
      'It stands in the file or the variable that the service was started with. ',
      'A read token lets you look; a write token lets you rate and start jobs too.',
    ),
    html('label', { for: input.id }, 'Token'),
    html('div', { class: 'row' }, input, html('button', { class: 'main' }, 'Open')),
    answer,
  );
}
