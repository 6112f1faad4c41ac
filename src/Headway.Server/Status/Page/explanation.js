// On what a rollout was judged: the curve of the evidence, counts on both sides, and what a rollback spared. Pure.
import { clock, count, eValue, number, percent, plain, risk, span } from './format.js';
import { h } from './element.js';
import { prose } from './prose.js';

const width = 640;
const height = 200;

export function explanation(of) {
  const rows = of.routes ?? [];
  return [
    h('p', {}, prose(of.says)),
    of.leading && h('p', {}, 'Loudest: ', plain(of.leading.says, 400)),
    of.byNow && h('p', {}, h('strong', {}, plain(of.byNow.says, 300))),
    of.atPlansEnd && of.byNow && !of.byNow.atPlansEnd && h('p.quiet', {}, plain(of.atPlansEnd.says, 300)),
    curve(of),
    h('p.quiet', {}, risk(of.users)),
    counts('Route', 'Requests', rows.slice(0, 12)),
    counts('Instance', 'Clients', (of.instances ?? []).slice(0, 12)),
    ...(of.signals ?? []).map(s =>
      h(
        'div',
        {},
        h('p', {}, prose(s.says)),
        s.asked && h('p.quiet', {}, 'Asked: ', h('code', {}, plain(s.asked, 500))),
        s.examples?.length ? h('p.quiet', {}, 'Examples: ', s.examples.map(e => plain(e, 100)).join(', ')) : null,
      ),
    ),
    of.byNow && h('p.quiet', {}, plain(of.byNow.how, 900)),
    ...(of.notes ?? []).map(n => h('p.quiet', {}, plain(n, 400))),
    of.crossedAt && h('p.quiet', {}, `The line was crossed by what users felt at ${clock(of.crossedAt)}.`),
  ].filter(Boolean);
}

/** log e over time: all tests together as a thick line, each of them as a thin one, and the line at which it acts. */
export function curve(of) {
  const { seconds = [], lines = [], actsAt = 0 } = of.curve ?? {};
  if (seconds.length < 2) return null;
  const [from, to] = [number(seconds[0]), Math.max(number(seconds.at(-1)), number(seconds[0]) + 1)];
  const top = Math.max(number(actsAt), 1) * 1.25;
  const bottom = -0.2 * top;
  const x = s => (width * (number(s) - from)) / (to - from);
  const y = e => (height * (top - Math.min(top, Math.max(bottom, number(e))))) / (top - bottom);
  const d = line => line.logE.map((e, i) => `${i ? 'L' : 'M'}${x(seconds[i]).toFixed(1)} ${y(e).toFixed(1)}`).join('');
  const whole = lines.find(l => l.name === 'combined');
  const last = whole ? eValue(whole.logE.at(-1)) : '–';
  return h(
    'figure.curve',
    {},
    h(
      'svg',
      {
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'aria-label': `Evidence that it is worse: e = ${last} at the end; it is rolled back at ${eValue(actsAt)}`,
      },
      h('line', { class: 'zero', x1: 0, x2: width, y1: y(0).toFixed(1), y2: y(0).toFixed(1) }),
      h('line', { class: 'acts', x1: 0, x2: width, y1: y(actsAt).toFixed(1), y2: y(actsAt).toFixed(1) }),
      lines.filter(l => l !== whole).map(l => h('path', { class: 'part', d: d(l) }, h('title', {}, plain(l.name, 60)))),
      whole && h('path', { class: 'whole', d: d(whole) }),
    ),
    h(
      'figcaption.quiet',
      {},
      `Evidence that it is worse over ${span(to - from)}: all tests together (thick) and each of them (thin). `,
      `From the dashed line on, at e = ${eValue(actsAt)}, it is rolled back. The scale is logarithmic.`,
    ),
  );
}

function counts(name, what, rows) {
  if (!rows.length) return null;
  const side = (events, trials) =>
    trials > 0 ? `${count(events)} of ${count(trials)} (${percent(events / trials)})` : '–';
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
          [name, `${what} failed, candidate`, 'stable'].map(t => h('th', { scope: 'col' }, t)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map(r =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, plain(r.name, 60)),
            h('td', {}, side(r.candidateEvents, r.candidateTrials)),
            h('td', {}, side(r.stableEvents, r.stableTrials)),
          ),
        ),
      ),
    ),
  );
}
