// What the judge knows of the open rollout, or knew of an ended one. Pure.
import { axis, count, eValue, number, percent, plain, proof, risk, roughly } from './format.js';
import { h } from './element.js';
import { prose } from './prose.js';
import { signals } from './signals.js';

export function evidence(lane, state) {
  const verdict = lane.verdict ?? state.lastVerdict;
  const seen = verdict?.evidence;
  if (!state.stable)
    return h(
      'section.evidence',
      {},
      h('h4', {}, 'Evidence'),
      h('p.quiet', {}, 'A first release has nothing to be compared with: it goes by its checks and its objectives.'),
      verdict && verdict.says !== lane.wait.says && h('p', {}, 'The judge says: ', prose(verdict.says)),
    );
  if (!seen || seen.method === 'none')
    return h(
      'section.evidence',
      {},
      h('h4', {}, 'Evidence'),
      h('p.quiet', {}, 'None yet: the comparison begins when users meet the candidate.'),
    );
  if (seen.method.startsWith('signal: shadow'))
    return h(
      'section.evidence',
      {},
      h('h4', {}, 'Evidence'),
      h('p.quiet', {}, 'No user meets the candidate yet: it answers copies of requests, and its answers are compared.'),
      verdict.says !== lane.wait.says && h('p', {}, 'The judge says: ', prose(verdict.says)),
    );
  const threshold = number(seen.logEToRollBack) ?? 0;
  const budget = state.rules.budgetFailedRequests;
  return h(
    'section.evidence',
    {},
    h('h4', {}, 'Evidence'),
    verdict.says !== lane.wait.says && h('p', {}, 'The judge says: ', prose(verdict.says)),
    h('p.label', {}, 'Proof that it is worse'),
    meter(
      proof(seen),
      proof(seen) >= 1 ? 'bad' : proof(seen) > 0.5 ? 'warn' : 'calm',
      `e-value ${eValue(seen.logE)}, rolled back at ${eValue(threshold)}`,
    ),
    h('p.quiet', {}, `e = ${eValue(seen.logE)}; it is rolled back at ${eValue(threshold)}. The scale is logarithmic.`),
    h('p.label', {}, 'Failures compared with stable'),
    interval(seen),
    h('p.quiet', {}, risk(seen)),
    h('p.label', {}, 'Failed requests beyond what stable would have had'),
    meter(
      budget > 0 ? Math.max(0, number(seen.excessFailures)) / budget : 0,
      number(seen.excessFailures) > budget / 2 ? 'warn' : 'calm',
      'exposure budget',
    ),
    h(
      'p.quiet',
      {},
      `${roughly(Math.max(0, number(seen.excessFailures)))} of ${count(budget)}. `,
      'When they are spent it is rolled back whatever is proven.',
    ),
    sides(lane.traffic, seen),
    tests(state, seen),
  );
}

const meter = (filled, tone, words) =>
  h(
    'div.meter',
    { class: tone, role: 'img', 'aria-label': words },
    h('span', { at: { width: `${Math.min(1, filled) * 100}%` } }),
  );

/** An axis from a tenth to a hundred times, with a mark where both sides are equal. */
function interval(seen) {
  const low = axis(number(seen.relativeRiskLow) ?? 0.1);
  const high = axis(number(seen.relativeRiskHigh) ?? 100);
  const at = number(seen.relativeRisk);
  return h(
    'div.axis',
    { role: 'img', 'aria-label': risk(seen) },
    h('span.equal', { at: { left: `${axis(1) * 100}%` } }),
    at === null
      ? null
      : h('span.range', { at: { left: `${low * 100}%`, width: `${Math.max(0.5, (high - low) * 100)}%` } }),
    at === null ? null : h('span.point', { at: { left: `${axis(at) * 100}%` } }),
    [0.1, 1, 10, 100].map(x => h('span.tick', { at: { left: `${axis(x) * 100}%` } }, x === 1 ? 'equal' : `${x}×`)),
  );
}

function sides(traffic, seen) {
  const row = (name, requests, failures, p99) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', {}, count(requests)),
      h('td', {}, count(failures)),
      h('td', {}, requests > 0 ? percent(failures / requests) : '–'),
      traffic && h('td', {}, p99 == null ? '–' : `${roughly(number(p99))} ms`),
    );
  return h(
    'div.scroll',
    {},
    h(
      'table.numbers',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Side', 'Requests', 'Failed', 'Share failed', ...(traffic ? ['p99 now'] : [])].map(t =>
            h('th', { scope: 'col' }, t),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        row('candidate', seen.candidateRequests, seen.candidateFailures, traffic?.candidateP99),
        row('stable', seen.stableRequests, seen.stableFailures, traffic?.stableP99),
      ),
    ),
  );
}

/** What an ended rollout was decided on, for whoever looks afterwards. */
export function decidedOn(state) {
  const seen = state.lastVerdict?.evidence;
  if (!seen || seen.method === 'none') return null;
  return h(
    'details',
    { id: `decided-${state.id}` },
    h('summary', {}, 'Evidence at the end'),
    h('p.quiet', {}, `e = ${eValue(seen.logE)}, rolled back at ${eValue(seen.logEToRollBack)}. ${risk(seen)}`),
    sides(null, seen),
    signals(state, state.lastVerdict),
  );
}

/** Which of the tests speak: an error shows in other ones than slowness does. */
function tests(state, seen) {
  if (!seen.metrics?.length) return null;
  return h(
    'details',
    { id: `tests-${state.id}` },
    h('summary', {}, 'The tests behind it'),
    h(
      'div.scroll',
      {},
      h(
        'table.numbers',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Test', 'Weight', 'e-value'].map(t => h('th', { scope: 'col' }, t)),
          ),
        ),
        h(
          'tbody',
          {},
          seen.metrics.map(m =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, plain(m.name, 40)),
              h('td', {}, percent(m.weight)),
              h('td', {}, eValue(m.logE)),
            ),
          ),
        ),
      ),
    ),
  );
}
