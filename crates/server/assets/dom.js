// All elements are created here. Text becomes text nodes, never markup, so HTML in a title stays text.

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/**
 * Creates an HTML element.
 *
 * `attributes`: a function is a listener (`onclick`), `true` an empty attribute; `false`, `null` and
 * `undefined` are left out. `children`: nodes, strings, numbers or arrays of these; `null`, `undefined` and
 * `false` are left out.
 */
export const html = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** Creates an SVG element; attributes and children as in `html`. */
export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);

/** Replaces the children of `element`. */
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

/** A unique element id, to associate a label with its field. */
export const newId = (word) => `${word}-${++ids}`;

/** Announces a change that is otherwise only visible to screen readers. */
export function announce(text) {
  document.getElementById('announcer').textContent = text;
}
