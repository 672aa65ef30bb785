// Elements are made here and nowhere else. Text becomes text nodes, never markup, so a title with
// HTML in it stays what it is: text.

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/**
 * Makes an HTML element.
 *
 * `attributes`: a function is a listener (`onclick`), `true` an empty attribute; `false`, `null` and
 * `undefined` are left out. `children`: nodes, texts, numbers, lists of them; `null` and `false` are left out.
 */
export const html = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** Makes an SVG element; attributes and children as in `html`. */
export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);

/** Puts `children` in the place of all that `element` holds. */
export function put(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child != null && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

let ids = 0;

/** An id that no other element has, to tie a label to what it names. */
export const newId = (word) => `${word}-${++ids}`;

/** Tells a screen reader something that is only to be seen otherwise. */
export function announce(text) {
  document.getElementById('announcer').textContent = text;
}
