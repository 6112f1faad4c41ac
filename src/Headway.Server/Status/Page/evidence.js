// The open rollout of a lane: its steps, the split, and what the judge knows. Pure.
import { axis, count, eValue, number, percent, plain, proof, risk, roughly, seconds, since, span } from './format.js';
import { h } from './element.js';
import { open, share, waits } from './lanes.js';

export const badge = ([tone, word]) => h('span.badge', { class: tone }, h('span.sign', { 'aria-hidden': 'true' }), word);

/** A sentence in which `commands` are set apart. */
export const prose = text => plain(text, 600).split('`').map((part, i) => i % 2 ? h('code', {}, part) : part);

const button = (doing, words, lane, more = {}) => h('button', { type: 'button', 'data-do': doing, 'data-lane': lane.lane, ...more }, words);

export function rollout(lane, now) {
  const state = open(lane);
  if (!state) return null;
  const waiting = lane.wait;
  return h('article.rollout', { 'aria-label': `Rollout ${state.id}` },
    h('header', {},
      h('h3', {}, `${state.candidate} `, h('span.quiet', {}, `to ${lane.environment}, ${state.plan.strategy}, started ${since(state.startedAt, now)}`)),
      h('p.buttons', {},
        state.phase === 'Advancing' && (state.pausedWhy ? button('resume', 'Resume…', lane) : button('pause', 'Pause…', lane)),
        state.phase === 'Advancing' && waits(state) && button('promote', 'Pass this step…', lane),
        state.phase === 'Advancing' && button('abort', 'Take it back…', lane, { class: 'danger' }),
        button('logs', 'Logs', lane))),
    h('div.waits', { class: state.phase === 'GoingBack' ? 'bad' : state.pausedWhy ? 'warn' : 'busy' }, h('p', {}, prose(waiting.says)),
      waiting.unblocks && h('p.quiet', {}, 'What moves it: ', prose(waiting.unblocks)),
      waiting.until && Date.parse(waiting.until) > now && h('p.quiet', {}, `Goes on by itself in about ${span((Date.parse(waiting.until) - now) / 1000)}.`)),
    split(lane, state),
    h('div.columns', {}, steps(lane, state, now), evidence(lane, state)));
}

function split(lane, state) {
  const to = share(lane);
  return h('div.split', {},
    h('div.bar', { role: 'img', 'aria-label': `${percent(to)} of users meet ${state.candidate}` },
      h('span.new', { at: { width: `${to * 100}%` } })),
    h('p.keys', {},
      h('span', {}, h('span.key', { class: 'new' }), `${percent(to)} on ${state.candidate} `, h('span.quiet', {}, '(candidate)')),
      state.stable ? h('span', {}, h('span.key', { class: 'old' }), `${percent(1 - to)} on ${state.stable} `, h('span.quiet', {}, '(stable)'))
        : h('span.quiet', {}, 'the first release here')),
    lane.route?.lowered && h('p.note', { class: 'bad' }, 'The node took the candidate away by itself: ', plain(lane.route.lowered.says, 300)));
}

function steps(lane, state, now) {
  const back = state.phase === 'GoingBack';
  const rows = lane.rollout.steps.map((words, i) => {
    const record = state.history.findLast(s => s.step === i);
    const is = back ? (record ? 'undone' : 'never') : record?.passedAt ? 'done' : i === state.step ? 'now' : 'next';
    const note = is === 'done' ? `${proofs[record.proof] ?? ''} ${span(seconds(record.startedAt, record.passedAt))}`.trim()
      : is === 'now' ? `for ${span((now - Date.parse(state.stepStartedAt)) / 1000)}` : null;
    return h('li', { class: is, 'aria-current': is === 'now' ? 'step' : null, title: record?.why ? plain(record.why) : null },
      h('span.sign', { role: 'img', 'aria-label': signs[is] }), h('span', {}, plain(words)), note && h('span.quiet.when', {}, note));
  });
  return h('section.steps', {}, h('h4', {}, back ? 'Going back' : `Step ${Math.min(state.step + 1, rows.length)} of ${rows.length}`), h('ol', {}, rows));
}

const proofs = { Promote: 'proven,', Inconclusive: 'inconclusive,', Person: 'by a person,', Observed: '' };
const signs = { done: 'done:', now: 'now:', next: 'to come:', undone: 'taken back:', never: 'not reached:' };

function evidence(lane, state) {
  const verdict = lane.verdict ?? state.lastVerdict;
  const seen = verdict?.evidence;
  if (!state.stable) return h('section.evidence', {}, h('h4', {}, 'Evidence'), h('p.quiet', {}, 'A first release has nothing to be compared with: it goes by its checks.'));
  if (!seen || seen.method === 'none') return h('section.evidence', {}, h('h4', {}, 'Evidence'), h('p.quiet', {}, 'None yet: the comparison begins when users meet the candidate.'));
  const threshold = number(seen.logEToRollBack) ?? 0;
  const budget = state.rules.budgetFailedRequests;
  return h('section.evidence', {}, h('h4', {}, 'Evidence'),
    verdict.says !== lane.wait.says && h('p', {}, 'The judge says: ', prose(verdict.says)),
    h('p.label', {}, 'Proof that it is worse'),
    meter(proof(seen), proof(seen) >= 1 ? 'bad' : proof(seen) > 0.5 ? 'warn' : 'calm', `e-value ${eValue(seen.logE)}, rolled back at ${eValue(threshold)}`),
    h('p.quiet', {}, `e = ${eValue(seen.logE)}; it is rolled back at ${eValue(threshold)}. The scale is logarithmic.`),
    h('p.label', {}, 'Failures compared with stable'), interval(seen), h('p.quiet', {}, risk(seen)),
    h('p.label', {}, 'Failed requests beyond what stable would have had'),
    meter(budget > 0 ? Math.max(0, number(seen.excessFailures)) / budget : 0, number(seen.excessFailures) > budget / 2 ? 'warn' : 'calm', 'exposure budget'),
    h('p.quiet', {}, `${roughly(Math.max(0, number(seen.excessFailures)))} of ${count(budget)}; at ${count(budget)} it is rolled back whatever the proof.`),
    sides(lane, seen), tests(state, seen), state.phase === 'Advancing' && more(seen));
}

const meter = (filled, tone, words) => h('div.meter', { class: tone, role: 'img', 'aria-label': words }, h('span', { at: { width: `${Math.min(1, filled) * 100}%` } }));

/** An axis from a tenth to a hundred times, with a mark where both sides are equal. */
function interval(seen) {
  const low = axis(number(seen.relativeRiskLow) ?? 0.1);
  const high = axis(number(seen.relativeRiskHigh) ?? 100);
  const at = number(seen.relativeRisk);
  return h('div.axis', { role: 'img', 'aria-label': risk(seen) },
    h('span.equal', { at: { left: `${axis(1) * 100}%` } }),
    at === null ? null : h('span.range', { at: { left: `${low * 100}%`, width: `${Math.max(0.5, (high - low) * 100)}%` } }),
    at === null ? null : h('span.point', { at: { left: `${axis(at) * 100}%` } }),
    [0.1, 1, 10, 100].map(x => h('span.tick', { at: { left: `${axis(x) * 100}%` } }, x === 1 ? 'equal' : `${x}×`)));
}

function sides(lane, seen) {
  const row = (name, requests, failures, p99) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, count(requests)), h('td', {}, count(failures)),
    h('td', {}, requests > 0 ? percent(failures / requests) : '–'), h('td', {}, p99 == null ? '–' : `${roughly(number(p99))} ms`));
  return h('div.scroll', {}, h('table.numbers', {}, h('thead', {}, h('tr', {}, ['Side', 'Requests', 'Failed', 'Share failed', 'p99 now'].map(t => h('th', { scope: 'col' }, t)))),
    h('tbody', {}, row('candidate', seen.candidateRequests, seen.candidateFailures, lane.traffic.candidateP99),
      row('stable', seen.stableRequests, seen.stableFailures, lane.traffic.stableP99))));
}

/** Which of the tests speak: an error shows in other ones than slowness does. */
function tests(state, seen) {
  if (!seen.metrics?.length) return null;
  return h('details', { id: `tests-${state.id}` }, h('summary', {}, 'The tests behind it'), h('div.scroll', {}, h('table.numbers', {},
    h('thead', {}, h('tr', {}, ['Test', 'Weight', 'e-value'].map(t => h('th', { scope: 'col' }, t)))),
    h('tbody', {}, seen.metrics.map(m => h('tr', {}, h('th', { scope: 'row' }, plain(m.name, 40)), h('td', {}, percent(m.weight)), h('td', {}, eValue(m.logE))))))));
}

const more = seen => seen.moreRequests > 0 && h('p.quiet', {}, `About ${count(seen.moreRequests)} more requests to the candidate are needed`,
  seen.moreSeconds ? `, ${span(seen.moreSeconds)} at this traffic.` : '.');
