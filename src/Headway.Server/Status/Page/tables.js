// Instances, and the rollouts that have been. Pure.
import { clock, count, mebibytes, number, plain, since, span } from './format.js';
import { h } from './element.js';
import { decidedOn } from './evidence.js';
import { badge } from './prose.js';
import { outcome, reason, took } from './lanes.js';

const states = { ready: 'ok', starting: 'busy', draining: 'idle', unready: 'warn', failed: 'bad' };

export function instances(status, now) {
  const rows = status.lanes.flatMap(lane => lane.instances.map(i => [lane, i]));
  if (!rows.length) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Instances'),
    h(
      'div.scroll',
      { tabindex: '0', role: 'group', 'aria-label': 'Instances' },
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Environment', 'Release', 'State', 'Node', 'CPU', 'Memory', 'Open', 'Restarts', 'Up'].map(t =>
              h('th', { scope: 'col' }, t),
            ),
          ),
        ),
        h(
          'tbody',
          {},
          rows.map(([lane, { node, release, instance: i }]) =>
            h(
              'tr',
              {},
              h('td', {}, plain(lane.environment)),
              h('td', {}, plain(release)),
              h(
                'td',
                { title: i.lastExit ? plain(i.lastExit) : null },
                badge([states[i.state] ?? 'idle', plain(i.state, 40)]),
              ),
              h('td', {}, `${plain(node, 40)}:${i.port}`),
              h('td', {}, `${(number(i.cpuCores) ?? 0).toFixed(2)} cores`),
              h('td', {}, mebibytes(i.memoryBytes)),
              h('td', {}, count(i.openConnections)),
              h('td', {}, count(i.restarts)),
              h('td', {}, span((now - Date.parse(i.startedAt)) / 1000)),
            ),
          ),
        ),
      ),
    ),
  );
}

export function recent(rollouts, now) {
  const shown = rollouts.slice(0, 12);
  if (!shown.length) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Recent rollouts'),
    h(
      'ul.recent',
      {},
      shown.map(({ state: r }) =>
        h(
          'li',
          {},
          h(
            'p',
            {},
            badge(outcome(r)),
            ' ',
            h('strong', {}, r.candidate),
            ` to ${plain(r.environment)} `,
            h(
              'span.quiet',
              {},
              `${clock(r.startedAt)}, ${since(r.startedAt, now)}, ${r.plan.strategy}, `,
              `took ${took(r, new Date(now).toISOString())}`,
            ),
          ),
          reason(r) && h('p.quiet', {}, reason(r)),
          r.end && decidedOn(r),
          r.lastVerdict && h('p', {}, h('button.small', { type: 'button', 'data-do': 'explain', 'data-rollout': r.id }, 'Explain')),
        ),
      ),
    ),
  );
}
