// Notices that replace content: errors, and hints on what to do next.

import { html } from './dom.js';

/** An error, in the service's words if it comes from there. */
export function problemNotice(problem) {
  return html(
    'div',
    { class: 'notice problem', role: 'alert' },
    html('strong', {}, problem.title ?? 'This page has an internal error'),
    html('p', {}, problem.detail ?? (problem.title ? '' : String(problem))),
  );
}

/** A notice that there is nothing to show. `children` say what to do next. */
export function emptyNotice(title, ...children) {
  return html('div', { class: 'notice' }, html('strong', {}, title), html('p', {}, ...children));
}

/** A notice that there is no model, and how to create one. */
export const noModel = () =>
  emptyNotice(
    'No model yet.',
    'Everyone must be compared first: ',
    html('a', { href: '#/' }, 'start now'),
    ' or run ',
    command('likemind fit'),
    '.',
  );

/** A shell command. */
export const command = (text) => html('code', {}, text);

/**
 * Fills `element` with the elements that the promise of `make` resolves to, or with a notice of its error.
 * Does nothing once `signal` is aborted.
 */
export async function load(element, signal, make) {
  element.setAttribute('aria-busy', 'true');
  try {
    const content = await make();
    if (!signal.aborted) element.replaceChildren(...[content].flat().filter(Boolean));
  } catch (problem) {
    if (problem.name === 'AbortError' || signal.aborted) return;
    if (!('status' in problem)) console.error(problem);
    element.replaceChildren(problemNotice(problem));
  } finally {
    // If aborted by a newer request, the element is still busy with that one.
    if (!signal.aborted) element.removeAttribute('aria-busy');
  }
}
