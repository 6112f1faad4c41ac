// Small pieces of the picture that are used everywhere. Pure.
import { plain } from './format.js';
import { h } from './element.js';

export const badge = ([tone, word]) =>
  h('span.badge', { class: tone }, h('span.sign', { 'aria-hidden': 'true' }), word);

/** A sentence in which `commands` are set apart. */
export const prose = text =>
  plain(text, 600)
    .split('`')
    .map((part, i) => (i % 2 ? h('code', {}, part) : part));
