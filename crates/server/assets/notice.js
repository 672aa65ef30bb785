// What is told in place of an answer: a problem in the service's own words, or what to do next.

import { html } from './dom.js';

/** A problem as the service put it. Its words are text, whatever is in them. */
export function problemNotice(problem) {
  return html(
    'div',
    { class: 'notice problem', role: 'alert' },
    html('strong', {}, problem.title ?? 'The page made a mistake'),
    html('p', {}, problem.detail ?? (problem.title ? '' : String(problem))),
  );
}

/** What to do where there is nothing to show yet. `children` are the ways on. */
export function emptyNotice(title, ...children) {
  return html('div', { class: 'notice' }, html('strong', {}, title), html('p', {}, ...children));
}

/** What to do where nobody was compared yet. */
export const noModel = () =>
  emptyNotice(
    'No model yet.',
    'Recommendations come from comparing everyone: ',
    html('a', { href: '#/' }, 'start it'),
    ' or run ',
    command('likemind fit'),
    '.',
  );

/** A command to type. */
export const command = (text) => html('code', {}, text);

/** Fills `element` with what `make` promises; with the problem where it fails; not at all once `signal` is aborted. */
export async function load(element, signal, make) {
  element.setAttribute('aria-busy', 'true');
  try {
    const made = await make();
    if (!signal.aborted) element.replaceChildren(...[made].flat().filter(Boolean));
  } catch (problem) {
    if (problem.name === 'AbortError' || signal.aborted) return;
    if (!('status' in problem)) console.error(problem);
    element.replaceChildren(problemNotice(problem));
  } finally {
    // Where a newer question has overtaken this one, the element still waits for that.
    if (!signal.aborted) element.removeAttribute('aria-busy');
  }
}
