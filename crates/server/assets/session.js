// The role of this browser: none, read or write.

import { get, post, remove } from './api.js';
import { html, newId } from './dom.js';
import { problemNotice } from './notice.js';

const session = { role: 'none', token_required: false };

/** Fetches the role of this browser. */
export async function openSession() {
  Object.assign(session, await get('/v1/session'));
}

/** Whether this browser may read. False if the service requires a token that it has not received. */
export const mayRead = () => session.role !== 'none';

/** Whether this browser may rate, forget people, and start jobs. */
export const mayWrite = () => session.role === 'write';

/** The role and the sign-out button for the header; null if no token is required. */
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

/** A form that exchanges a token for a cookie that scripts cannot read, and then calls `onOpen`. */
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
    html('h1', { tabindex: '-1' }, 'This service requires a token'),
    html(
      'p',
      {},
      'It is in the file or the environment variable that the service was started with. ',
      'A read token lets you view everything; a write token also lets you rate and start jobs.',
    ),
    html('label', { for: input.id }, 'Token'),
    html('div', { class: 'row' }, input, html('button', { class: 'main' }, 'Sign in')),
    answer,
  );
}
