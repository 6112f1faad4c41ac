// The open rollout of a lane: what it waits for, the split, and its steps. Pure.
import { percent, plain, seconds, since, span } from './format.js';
import { h } from './element.js';
import { evidence } from './evidence.js';
import { prose } from './prose.js';
import { signals } from './signals.js';
import { open, share, waits } from './lanes.js';

const button = (doing, words, lane, more = {}) =>
  h('button', { type: 'button', 'data-do': doing, 'data-lane': lane.lane, ...more }, words);

export function rollout(lane, now) {
  const state = open(lane);
  if (!state) return null;
  const waiting = lane.wait;
  return h(
    'article.rollout',
    { 'aria-label': `Rollout ${state.id}` },
    h(
      'header',
      {},
      h(
        'h3',
        {},
        `${state.candidate} `,
        h('span.quiet', {}, `to ${lane.environment}, ${state.plan.strategy}, started ${since(state.startedAt, now)}`),
      ),
      h(
        'p.buttons',
        {},
        state.phase === 'Advancing' &&
          (state.pausedWhy ? button('resume', 'Resume…', lane) : button('pause', 'Pause…', lane)),
        state.phase === 'Advancing' && waits(state) && button('promote', 'Pass this step…', lane),
        state.phase === 'Advancing' && button('abort', 'Take it back…', lane, { class: 'danger' }),
        state.stable && button('explain', 'Explain', lane, { 'data-rollout': state.id }),
        button('logs', 'Logs', lane),
      ),
    ),
    h(
      'div.waits',
      { class: state.phase === 'GoingBack' ? 'bad' : state.pausedWhy ? 'warn' : 'busy' },
      h('p', {}, prose(waiting.says)),
      waiting.unblocks && h('p.quiet', {}, 'What moves it: ', prose(waiting.unblocks)),
      waiting.until &&
        Date.parse(waiting.until) > now &&
        h('p.quiet', {}, `Goes on by itself in about ${span((Date.parse(waiting.until) - now) / 1000)}.`),
    ),
    split(lane, state),
    h('div.columns', {}, steps(lane, state, now), evidence(lane, state)),
    signals(state, lane.verdict ?? state.lastVerdict),
  );
}

function split(lane, state) {
  const to = share(lane);
  return h(
    'div.split',
    {},
    h(
      'div.bar',
      { role: 'img', 'aria-label': `${percent(to)} of users meet ${state.candidate}` },
      h('span.new', { at: { width: `${to * 100}%` } }),
    ),
    h(
      'p.keys',
      {},
      h(
        'span',
        {},
        h('span.key', { class: 'new' }),
        `${percent(to)} on ${state.candidate} `,
        h('span.quiet', {}, '(candidate)'),
      ),
      state.stable
        ? h(
            'span',
            {},
            h('span.key', { class: 'old' }),
            `${percent(1 - to)} on ${state.stable} `,
            h('span.quiet', {}, '(stable)'),
          )
        : h('span.quiet', {}, 'the first release here'),
    ),
    lane.route?.lowered &&
      h(
        'p.note',
        { class: 'bad' },
        'The node took the candidate away by itself: ',
        plain(lane.route.lowered.says, 300),
      ),
  );
}

function steps(lane, state, now) {
  const back = state.phase === 'GoingBack';
  const rows = lane.rollout.steps.map((words, i) => {
    const record = state.history.findLast(s => s.step === i);
    const is = back ? (record ? 'undone' : 'never') : record?.passedAt ? 'done' : i === state.step ? 'now' : 'next';
    const note =
      is === 'done'
        ? `${proofs[record.proof] ?? ''} ${span(seconds(record.startedAt, record.passedAt))}`.trim()
        : is === 'now'
          ? `for ${span((now - Date.parse(state.stepStartedAt)) / 1000)}`
          : null;
    return h(
      'li',
      { class: is, 'aria-current': is === 'now' ? 'step' : null, title: record?.why ? plain(record.why) : null },
      h('span.sign', { role: 'img', 'aria-label': signs[is] }),
      h('span', {}, plain(words)),
      note && h('span.quiet.when', {}, note),
    );
  });
  return h(
    'section.steps',
    {},
    h('h4', {}, back ? 'Going back' : `Step ${Math.min(state.step + 1, rows.length)} of ${rows.length}`),
    h('ol', {}, rows),
  );
}

const proofs = { Promote: 'proven,', Inconclusive: 'inconclusive,', Person: 'by a person,', Observed: '' };
const signs = { done: 'done:', now: 'now:', next: 'to come:', undone: 'taken back:', never: 'not reached:' };
