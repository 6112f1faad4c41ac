// What a release is judged by besides the requests of users, one row a signal. Pure.
import { count, eValue, number, percent, plain, roughly } from './format.js';
import { h } from './element.js';
import { prose } from './prose.js';

/** Kind of verdict to tone and words. */
const states = {
  Promote: ['ok', 'not worse'],
  Rollback: ['bad', 'worse'],
  KeepWatching: ['busy', 'watched'],
  NoEvidence: ['warn', 'not seen'],
  SourceDown: ['warn', 'source down'],
  Inconclusive: ['warn', 'undecided'],
  Hold: ['warn', 'held'],
};

const trusts = { Observe: 'is only shown', Pause: 'may pause', Auto: 'may roll back' };

export function signals(state, verdict) {
  const all = verdict?.signals ?? [];
  if (!all.length) return null;
  return h(
    'section.signals',
    {},
    h('h4', {}, 'Signals'),
    h('ul', {}, all.map(signal => row(state, signal))),
  );
}

function row(state, signal) {
  const [tone, words] = states[signal.kind] ?? ['idle', plain(signal.kind, 20)];
  // The sentence begins with the name, which stands beside it already.
  const says = signal.says.startsWith(`${signal.name}: `) ? signal.says.slice(signal.name.length + 2) : signal.says;
  return h(
    'li',
    {},
    h('p', {}, h('span.badge', { class: tone }, h('span.sign'), words), h('strong', {}, ` ${plain(signal.name, 40)} `),
      h('span.quiet', {}, `${plain(signal.source, 30)}, ${trusts[signal.trust] ?? ''}`)),
    h('p', {}, prose(says)),
    details(state, signal),
  );
}

function details(state, signal) {
  const examples = signal.examples ?? [];
  return h(
    'details',
    { id: `signal-${state.id}-${signal.name}` },
    h('summary', {}, 'Numbers'),
    h('p.quiet', {}, `e = ${eValue(signal.logE)}, proof at ${eValue(signal.logEToRollBack)}. `,
      side('candidate', signal.candidate), side('stable', signal.stable)),
    signal.asked && h('p.quiet', {}, 'Asked: ', h('code', {}, plain(signal.asked, 500))),
    examples.length > 0 && h('ul', {}, examples.map(example => h('li.quiet', {}, plain(example, 300)))),
  );
}

function side(name, seen) {
  if (!seen) return '';
  const typical = number(seen.typical);
  if (typical !== null) return `${name}: typically ${roughly(typical)} in ${count(seen.looks)} looks. `;
  return seen.trials > 0
    ? `${name}: ${count(seen.events)} of ${count(seen.trials)} (${percent(seen.events / seen.trials)}). ` : '';
}
