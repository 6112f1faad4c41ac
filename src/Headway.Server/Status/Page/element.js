// A picture is described as plain objects and then laid over the page. Text only ever becomes text nodes, so nothing
// that comes from a commit or a log can become markup; and what did not change keeps its focus and its selection.
import { visible } from './format.js';

/** h('p.note', { title: 'x' }, 'text', h('b', {}, 'more')); null and false children are left out. */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const own = attributes.class ? [...classes, attributes.class] : classes;
  return {
    tag,
    attributes: own.length ? { ...attributes, class: own.join(' ') } : attributes,
    children: children
      .flat(Infinity)
      .filter(c => c !== null && c !== undefined && c !== false)
      .map(c => (typeof c === 'object' ? c : visible(c))),
  };
}

/** Makes the children of an element look like the description. */
export function lay(parent, children) {
  children.forEach((wanted, i) => {
    const there = parent.childNodes[i];
    if (typeof wanted === 'string') {
      if (there?.nodeType === 3) {
        if (there.data !== wanted) there.data = wanted;
      } else put(parent, document.createTextNode(wanted), there);
      return;
    }
    const fits =
      there?.nodeType === 1 &&
      there.localName === wanted.tag &&
      there.id === (wanted.attributes.id ?? '');
    const element = fits ? there : put(parent, made(parent, wanted.tag), there);
    dress(element, wanted.attributes);
    lay(element, wanted.children);
  });
  while (parent.childNodes.length > children.length) parent.lastChild.remove();
}

const drawing = 'http://www.w3.org/2000/svg';

/** What stands inside a drawing is part of it. */
const made = (parent, tag) =>
  tag === 'svg' || parent.namespaceURI === drawing
    ? document.createElementNS(drawing, tag)
    : document.createElement(tag);

function put(parent, node, there) {
  if (there) parent.replaceChild(node, there);
  else parent.append(node);
  return node;
}

// Whether these are open is the reader's choice.
const tagsThatOpen = new Set(['details']);

function dress(element, attributes) {
  for (const { name } of [...element.attributes])
    if (
      !(name in attributes) &&
      !(name === 'style' && attributes.at) &&
      !(name === 'open' && tagsThatOpen.has(element.localName))
    )
      element.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'at') Object.entries(value).forEach(([side, v]) => element.style.setProperty(side, v));
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? '' : value);
  }
}
