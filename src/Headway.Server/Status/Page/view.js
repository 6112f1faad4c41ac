// The whole picture of a status, as a description for element.js. Pure: what is shown follows from the arguments.
import { clock, link, number, percent, plain, roughly, seconds, since, span } from './format.js';
import { actions } from './actions.js';
import { h } from './element.js';
import { badge, prose } from './prose.js';
import { rollout } from './rollout.js';
import { instances, recent } from './tables.js';
import { building, headline, job, outSince, reasonOf, share, standing } from './lanes.js';

/** @param past for each service: { rollouts, releases }, as far as they are loaded. */
export function services(status, past, now) {
  if (status.services.length === 0) return [empty()];
  return [
    unreadable(status),
    overview(status),
    ...status.services.map(s => service(s, past[s.service.name] ?? { rollouts: [], releases: [] }, now)),
  ].filter(Boolean);
}

export const nodes = status =>
  status.nodes.map(node => {
    const [tone, word] =
      node.heardSecondsAgo === undefined || node.heardSecondsAgo === null
        ? ['warn', 'not heard yet']
        : node.heardSecondsAgo > 5
          ? ['bad', `last heard ${span(node.heardSecondsAgo)} ago`]
          : node.problems.length
            ? ['warn', node.problems.map(p => plain(p)).join(' ')]
            : ['ok', 'well'];
    return h('li', {}, badge([tone, `${node.node}: ${word}`]));
  });

function empty() {
  return h(
    'section.empty',
    {},
    h('h2', {}, 'No service yet'),
    h('p', {}, 'In the git repository of a service:'),
    h(
      'ol',
      {},
      h(
        'li',
        {},
        h('code', {}, 'headway init'),
        ' writes a headway.yaml and says what it assumed. Read it, then commit it.',
      ),
      h(
        'li',
        {},
        h('code', {}, 'headway up'),
        ' carries the commits of that repository from then on. The service appears here.',
      ),
    ),
    h('p.quiet', {}, 'To see the whole path with a made-up shop first: ', h('code', {}, './headway demo'), '.'),
  );
}

/** With several services, each in a line, so that the one in trouble is found without scrolling. */
const overview = status =>
  status.services.length < 2
    ? null
    : h(
        'nav.overview',
        { 'aria-label': 'Services' },
        h(
          'ul',
          {},
          status.services.map(s => {
            const [tone, says] = headline(s);
            return h(
              'li',
              { class: tone },
              h('span.sign', { 'aria-hidden': 'true' }),
              h('span', {}, h('a', { href: `#service-${s.service.name}` }, plain(s.service.name)), ' ', prose(says)),
            );
          }),
        ),
      );

const unreadable = status => {
  const streams = Object.entries(status.unreadable ?? {});
  return streams.length
    ? h(
        'section.note',
        { class: 'warn' },
        h('h2', {}, 'Parts of the record cannot be read'),
        h(
          'ul',
          {},
          streams.map(([stream, says]) => h('li', {}, h('code', {}, plain(stream)), ' ', plain(says, 300))),
        ),
      )
    : null;
};

function service(status, past, now) {
  const name = status.service.name;
  const [tone, says] = headline(status);
  const commits = Object.fromEntries(past.releases.map(r => [r.id, r.commit]));
  if (status.service.newest) commits[status.service.newest.id] = status.service.newest.commit;
  return h(
    'section.service',
    { id: `service-${name}`, 'aria-labelledby': `name-${name}` },
    h('h2', { id: `name-${name}` }, plain(name)),
    h('p.headline', { class: tone }, h('span.sign', { 'aria-hidden': 'true' }), h('span', {}, prose(says))),
    h(
      'ol.path',
      { 'aria-label': 'From commit to users' },
      commit(status, now),
      run(status, now),
      status.lanes.map(lane => environment(lane, commits, past.rollouts, now)),
    ),
    status.lanes.map(lane => rollout(lane, now)),
    waits(status, now),
    instances(status, now),
    recent(past.rollouts, now),
  );
}

function card(title, standing, ...content) {
  return h('li.card', { class: standing[0] }, h('div.top', {}, h('h3', {}, title), badge(standing)), content);
}

const subject = commit => commit && h('p.subject', {}, h('bdi', {}, plain(commit.subject)));

function commit(status, now) {
  const tip = status.service.tip;
  if (!tip)
    return card(
      'Commit',
      status.service.trouble ? ['bad', 'cannot read'] : ['idle', 'none yet'],
      h('p.quiet', {}, plain(status.service.source)),
    );
  return card(
    'Commit',
    status.service.refused ? ['bad', 'refused'] : ['ok', tip.short],
    subject(tip),
    h('p.quiet', {}, h('bdi', {}, plain(tip.author, 60)), `, ${since(tip.committedAt, now)}`),
    h('p.quiet', {}, `branch ${plain(status.service.branch, 60)}`),
  );
}

function run(status, now) {
  const state = status.run;
  if (!state) return card('Run', ['idle', 'nothing yet']);
  return card(
    `Run ${state.number}`,
    building(state),
    state.commit.sha !== status.service.tip?.sha && h('p.quiet', {}, `of ${state.commit.short}`),
    h(
      'ul.jobs',
      {},
      state.jobs.map(j =>
        h(
          'li',
          {},
          badge([job(j)[0], `${plain(j.name, 40)}: ${job(j)[1]}`]),
          j.startedAt &&
            h('span.quiet', {}, ` ${span(seconds(j.startedAt, j.endedAt ?? new Date(now).toISOString()))}`),
          reasonOf(j, 160) && h('p.quiet', {}, reasonOf(j, 160)),
          j.attempt > 0 &&
            h('button.small', { type: 'button', 'data-do': 'joblog', 'data-run': state.id, 'data-job': j.name }, 'Log'),
        ),
      ),
    ),
    state.finishedAt ? h('p.quiet', {}, since(state.finishedAt, now)) : null,
  );
}

const atDoor = [
  ['approve', 'Approve…'],
  ['letIn', 'Let it in…'],
  ['reject', 'Reject…'],
];

function environment(lane, commits, rollouts, now) {
  const { current, good, hold } = lane.state;
  const out = outSince(lane, rollouts);
  const address = lane.address && link(lane.address);
  const to = share(lane);
  const door = atDoor.filter(([doing]) => actions[doing].applies(lane));
  return card(
    plain(lane.environment, 60),
    standing(lane),
    current ? h('p.release', {}, current) : null,
    subject(commits[current]),
    out && h('p.quiet', {}, `out since ${clock(out)}, ${since(out, now)}`),
    to > 0 && to < 1 && h('p', {}, h('strong', {}, percent(to)), ` of users on ${lane.route.candidate}`),
    traffic(lane.traffic),
    address && h('p', {}, h('a', { href: address, rel: 'noreferrer' }, address)),
    (current || hold || door.length > 0) &&
      h(
        'p.buttons',
        {},
        door.map(([doing, words]) => h('button', { type: 'button', 'data-do': doing, 'data-lane': lane.lane }, words)),
        good.some(release => release !== current) &&
          h('button', { type: 'button', 'data-do': 'rollback', 'data-lane': lane.lane }, 'Roll back…'),
        hold && h('button', { type: 'button', 'data-do': 'lift', 'data-lane': lane.lane }, 'Lift the hold…'),
        h('button', { type: 'button', 'data-do': 'logs', 'data-lane': lane.lane }, 'Logs'),
      ),
  );
}

function traffic(seen) {
  if (!seen.at) return h('p.quiet', {}, 'No requests yet.');
  const requests = seen.stableRequests + seen.candidateRequests;
  const failures = seen.stableFailures + seen.candidateFailures;
  const p99 = seen.stableP99 ?? seen.candidateP99;
  return h(
    'p.quiet',
    {},
    `${roughly(requests)} requests/s, ${requests > 0 ? percent(failures / requests) : '0 %'} fail`,
    p99 == null ? '' : `, p99 ${roughly(number(p99))} ms`,
  );
}

/** What the cards and the open rollouts do not say already. */
function waits(status, now) {
  const shown = status.waits.filter(
    w => w.kind !== 'Nothing' && !status.lanes.some(l => l.rollout?.state.id === w.subject),
  );
  return shown.length
    ? h(
        'section.why',
        {},
        h('h3', {}, 'Why it waits'),
        h(
          'ul',
          {},
          shown.map(w =>
            h(
              'li',
              {},
              h('p', {}, h('strong', {}, plain(w.subject, 80)), ' ', prose(w.says)),
              w.unblocks && h('p.quiet', {}, 'What moves it: ', prose(w.unblocks)),
              w.since && h('p.quiet', {}, `for ${span((now - Date.parse(w.since)) / 1000)}`),
            ),
          ),
        ),
      )
    : null;
}
