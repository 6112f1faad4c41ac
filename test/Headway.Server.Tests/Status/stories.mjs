// Runs the functions of the status page and says what does not hold. They describe a page; none of them needs one.
import assert from 'node:assert/strict';
import { actions } from './actions.js';
import { curve, explanation } from './explanation.js';
import { axis, eValue, link, percent, plain, proof, risk, since, span } from './format.js';
import { headline, job, outSince, reasonOf, standing, waits } from './lanes.js';
import { nodes, services } from './view.js';

const now = Date.parse('2030-05-01T03:00:00Z');
const ago = s => new Date(now - s * 1000).toISOString();

// Words and numbers.
assert.equal(percent(0), '0 %');
assert.equal(percent(0.00004), 'under 0.01 %');
assert.equal(percent(0.0123), '1.2 %');
assert.equal(percent(0.25), '25 %');
assert.equal(percent(0.9999), '99.99 %');
assert.equal(percent(1), '100 %');
assert.equal(span(59), '59 s');
assert.equal(span(90), '1 min 30 s');
assert.equal(span(7260), '2 h 1 min');
assert.equal(span(86400), '1 day');
assert.equal(since(ago(5), now), '5 s ago');
assert.equal(eValue(0), '1');
assert.equal(eValue(Math.log(1000)), '1,000');
assert.equal(eValue('Infinity'), '10^Infinity');
assert.equal(eValue(50), '10^21');

// The way to the threshold is logarithmic, and it has ends.
assert.equal(proof({ logE: -3, logEToRollBack: 6.9 }), 0);
assert.equal(proof({ logE: 3.45, logEToRollBack: 6.9 }), 0.5);
assert.equal(proof({ logE: 'Infinity', logEToRollBack: 6.9 }), 1);
assert.equal(proof(undefined), 0);
assert.ok(Math.abs(axis(1) - 1 / 3) < 1e-9);
assert.equal(axis(1000), 1);
assert.match(risk({}), /nothing to compare/);
assert.match(
    risk({ relativeRisk: 11.2, relativeRiskLow: 5.1, relativeRiskHigh: 31 }),
    /about 11 times .* between 5\.1 and 31 times/,
);
assert.match(risk({ relativeRisk: 11.2, relativeRiskLow: 5.1 }), /more than 5\.1 times/);

// A job that did not run says why, and a result that was taken again says from where.
assert.deepEqual(job({ phase: 'Succeeded' }), ['ok', 'passed']);
assert.deepEqual(job({ phase: 'Succeeded', reuses: { run: 'shop-1', job: 'test' } }), ['ok', 'as in shop-1']);
assert.deepEqual(job({ phase: 'Skipped' }), ['idle', 'skipped']);
assert.equal(reasonOf({ phase: 'Skipped', why: 'Nothing that matches docs/** changed.' }, 160), 'Nothing that matches docs/** changed.');
assert.equal(reasonOf({ phase: 'Failed', says: 'Exit code 1.' }, 160), 'Exit code 1.');
assert.equal(reasonOf({ phase: 'Succeeded', says: 'Done.' }, 160), '');

// Text that others wrote.
assert.equal(plain('a\u202Eb\u0000c\nd'), 'a\ufffdb\ufffdc d');
assert.equal(Array.from(plain('x'.repeat(1000))).length, 200);
assert.equal(plain('👩‍👩‍👧'), '👩‍👩‍👧');
assert.equal(link('javascript:alert(1)'), null);
assert.equal(link('data:text/html,x'), null);
assert.equal(link('http://127.0.0.1:8080/'), 'http://127.0.0.1:8080/');

// A status with a canary under way, whose texts all try to be more than text.
const evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>\u202e';
const commit = { sha: 'b7731fe0', short: 'b7731fe', subject: evil, author: evil, committedAt: ago(60) };
const state = more => ({
    id: 'shop-production-2',
    service: 'shop',
    environment: 'production',
    stable: 'shop-1-aaaaaaa',
    candidate: 'shop-2-b7731fe',
    plan: {
        strategy: 'canary',
        stableInstances: 1,
        steps: [{ kind: 'place' }, { kind: 'watch' }, { kind: 'retire' }],
        notes: [],
    },
    rules: { budgetFailedRequests: 50 },
    phase: 'Advancing',
    step: 1,
    startedAt: ago(60),
    stepStartedAt: ago(20),
    promoted: false,
    history: [
        { step: 0, startedAt: ago(60), passedAt: ago(50), proof: 'Observed', why: evil },
        { step: 1, startedAt: ago(50) },
    ],
    ...more,
});
const verdict = {
    kind: 'KeepWatching',
    says: evil,
    evidence: {
        method: 'sequential comparison',
        logE: 2,
        logEToRollBack: 6.9,
        candidateRequests: 100,
        candidateFailures: 2,
        stableRequests: 300,
        stableFailures: 1,
        relativeRisk: 6,
        relativeRiskLow: 0.5,
        excessFailures: 1.7,
        moreRequests: 900,
        metrics: [
            { name: evil, weight: 0.7, logE: 2 },
            { name: 'p99', weight: 0.1, logE: 'NaN' },
        ],
    },
    signals: [
        {
            name: 'queue',
            source: 'prometheus',
            trust: 'Pause',
            kind: 'SourceDown',
            says: `queue: ${evil}`,
            logE: 0,
            logEToRollBack: 'Infinity',
            candidate: { trials: 40, events: 4, looks: 3 },
            stable: { trials: 0, events: 0, looks: 3, typical: 12.4 },
            asked: evil,
            examples: [evil],
        },
    ],
};
const lane = more => ({
    lane: 'shop/production',
    service: 'shop',
    environment: 'production',
    address: 'javascript:alert(1)',
    state: { current: 'shop-1-aaaaaaa', good: ['shop-0-0000000', 'shop-1-aaaaaaa'] },
    wait: { kind: 'Evidence', subject: 'shop-production-2', says: `\`${evil}\``, unblocks: evil },
    verdict,
    rollout: { state: state(), steps: ['start', `run ${evil}`, 'watch users'] },
    traffic: { at: ago(1), stableRequests: 30, stableFailures: 0, candidateRequests: 10, candidateFailures: 1 },
    instances: [
        {
            node: evil,
            release: evil,
            instance: {
                state: evil,
                port: 1,
                startedAt: ago(9),
                restarts: 0,
                cpuCores: 0.5,
                memoryBytes: 1e6,
                lastExit: evil,
            },
        },
    ],
    route: { candidate: 'shop-2-b7731fe', to: { kind: 'fraction', share: 0.25 }, lowered: { by: 'Lease', says: evil } },
    ...more,
});
const status = (...lanes) => ({
    version: '0.1.0',
    at: ago(0),
    position: 7,
    unreadable: { [evil]: evil },
    nodes: [{ node: evil, heardSecondsAgo: 1, problems: [evil] }],
    services: [
        {
            service: {
                name: 'shop',
                source: evil,
                branch: evil,
                specPath: evil,
                tip: commit,
                newest: { id: 'shop-2-b7731fe', commit },
                runs: [],
            },
            run: {
                id: 'r',
                number: 2,
                commit,
                outcome: 'Failed',
                says: evil,
                finishedAt: ago(30),
                jobs: [{ name: evil, phase: 'Failed', attempt: 1, says: evil, startedAt: ago(40), endedAt: ago(30) }],
            },
            waits: [
                { kind: 'BuildFailed', subject: 'r', says: evil, unblocks: evil, since: ago(30) },
                ...lanes.map(l => l.wait),
            ],
            lanes,
        },
    ],
});
const past = {
    shop: {
        releases: [{ id: 'shop-1-aaaaaaa', commit }],
        rollouts: [
            { state: state() },
            {
                state: state({
                    candidate: 'shop-1-aaaaaaa',
                    phase: 'Ended',
                    end: 'Completed',
                    promoted: true,
                    promotedAt: ago(500),
                    endSays: evil,
                }),
            },
        ],
    },
};

function* elements(children) {
    for (const child of children) {
        if (typeof child === 'string') continue;
        yield child;
        yield* elements(child.children);
    }
}
const words = children => children.map(c => (typeof c === 'string' ? c : words(c.children))).join(' ');

const whole = status(lane());
const picture = [...services(whole, past, now), ...nodes(whole)];
const tags = new Set(),
    texts = new Set(['title', 'aria-label', 'data-job']);
for (const { tag, attributes } of elements(picture)) {
    tags.add(tag);
    for (const [name, value] of Object.entries(attributes)) {
        assert.ok(!name.startsWith('on'), `an event handler ${name}`);
        if (name === 'href') assert.match(value, /^(https?:|#)/);
        if (String(value).includes('<img')) assert.ok(texts.has(name), `hostile text in ${name}`);
    }
}
for (const tag of ['script', 'img', 'iframe', 'object', 'style']) assert.ok(!tags.has(tag), `a <${tag}>`);
assert.ok(words(picture).includes('<img src=x onerror=alert(1)>'), 'the subject is shown as the text it is');
assert.ok(!words(picture).includes('\u202e'), 'nothing turns the text around');

// What a person at night looks for is there.
const text = words(picture);
for (const wanted of [
    /25 % *on shop-2-b7731fe/,
    /Step 2 of 3/,
    /e = 7\.4; it is rolled back at 992/,
    /1\.7 of 50/,
    /out since/,
    /What moves it/,
    /source down +queue +prometheus, may pause/,
    /4 of 40 \(10 %\)/,
    /stable: typically 12/,
])
    assert.match(text, wanted);
const actsOn = [...elements(picture)].map(e => e.attributes['data-do']).filter(Boolean);
assert.deepEqual(new Set(actsOn), new Set(['rollback', 'logs', 'joblog', 'pause', 'promote', 'abort', 'explain']));
const door = kind => lane({ rollout: undefined, wait: { kind, subject: 'shop/production', says: 'It waits for an approval.' } });
assert.deepEqual(['approve', 'letIn', 'reject'].map(a => actions[a].applies(door('Approval'))), [true, false, true]);
assert.deepEqual(['approve', 'letIn', 'reject'].map(a => actions[a].applies(door('Person'))), [false, true, true]);
assert.deepEqual(['approve', 'letIn', 'reject'].map(a => actions[a].applies(lane())), [false, false, false]);
assert.match(actions.approve.of(door('Approval')).does, /waits for an approval/);
assert.equal(actions.approve.of(door('Approval')).path, 'lanes/shop/production/approve');
assert.deepEqual(actions.rollback.of(lane()).choices, ['shop-0-0000000']);
assert.equal(actions.pause.applies(lane({ rollout: undefined })), false);
assert.match(actions.abort.of(lane()).does, /back to shop-1-aaaaaaa at once/);
assert.match(
  actions.abort.of(lane({ rollout: { state: state({ stable: undefined }), steps: [] } })).does,
  /no earlier release/,
);

assert.equal(waits(state()), true);
assert.equal(waits(state({ step: 0 })), false);

// Where things stand.
assert.deepEqual(standing(lane()), ['busy', 'rolling out']);
assert.deepEqual(standing(lane({ rollout: { state: state({ phase: 'GoingBack' }), steps: [] } })), [
    'bad',
    'rolling back',
]);
assert.deepEqual(standing(lane({ rollout: { state: state({ phase: 'Ended', end: 'RollbackFailed' }), steps: [] } })), [
    'bad',
    'rollback failed',
]);
assert.equal(standing(lane({ rollout: undefined, state: { good: [] } }))[0], 'idle');
assert.equal(outSince(lane(), past.shop.rollouts), ago(500));
assert.equal(headline({ ...whole.services[0], run: undefined })[0], 'busy');
const back = lane({
    rollout: { state: state({ phase: 'Ended', end: 'RolledBack', lastVerdict: verdict }), steps: [] },
    state: { current: 'shop-1-aaaaaaa', good: [], hold: { release: 'shop-2-b7731fe', why: evil } },
});
assert.deepEqual(headline({ ...whole.services[0], lanes: [back] }), [
    'warn',
    'shop-2-b7731fe was taken back from production and is held. Users have shop-1-aaaaaaa.',
]);
assert.match(
    words(services(status(back), { shop: { releases: [], rollouts: [back.rollout] } }, now)),
    /Evidence at the end/,
);
assert.match(words(services({ ...whole, services: [] }, {}, now)), /headway init[\s\S]*headway up/);
const two = services({ ...whole, services: [...whole.services, ...whole.services] }, past, now);
assert.equal(two.filter(e => e.tag === 'nav').length, 1);

// An explanation: the curve crosses its line where it should, and hostile names stay text.
const why = {
    says: evil,
    leading: { says: 'clients that failed: 20 of 200 (10 %) with the candidate, 4 of 1800 (0.22 %) with stable.' },
    byNow: { says: 'Without the rollback about 180 more failures by now (between 90 and 300).', how: 'In that step.' },
    users: verdict.evidence,
    curve: {
        seconds: [0, 10, 20],
        actsAt: 4,
        lines: [
            { name: 'combined', logE: [0, 2, 5] },
            { name: evil, logE: [0, 1, 'NaN'] },
        ],
    },
    routes: [{ name: evil, candidateTrials: 200, candidateEvents: 20, stableTrials: 0, stableEvents: 0 }],
    notes: [],
};
const told = explanation(why);
assert.match(words(told), /Without the rollback about 180 more failures/);
assert.match(words(told), /20 of 200 \(10 %\)/);
assert.ok(words(told).includes('<img src=x onerror=alert(1)>') && !words(told).includes('\u202e'));
const drawn = [...elements(told)];
const whole_ = drawn.find(e => e.attributes.class === 'whole').attributes.d;
const acts = drawn.find(e => e.attributes.class === 'acts').attributes.y1;
const heights = whole_.split(/[ML]/).filter(Boolean).map(p => Number(p.split(' ')[1]));
assert.ok(heights[1] > Number(acts) && heights[2] <= Number(acts), 'the curve crosses the line at its end only');
assert.equal(curve({ curve: { seconds: [], lines: [], actsAt: 0 } }), null);
console.log('stories hold');
