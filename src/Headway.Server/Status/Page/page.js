// Keeps the page alive: reads the stream of statuses, lays each over the page, says when it is lost, and asks before
// acting.
import { actions, address } from './actions.js';
import { follow, get, leave, post, text, useToken, Refused } from './server.js';
import { lay } from './element.js';
import { explanation } from './explanation.js';
import { clock, plain, span } from './format.js';
import { headline } from './lanes.js';
import { nodes, services } from './view.js';

const by = id => document.getElementById(id);
const past = {};
let status = null,
  heard = 0,
  loadedAt = -1,
  loading = false;

/** The server's clock, as far as it is known: this reader's own may be wrong. */
const now = () => Date.parse(status.at) + (performance.now() - heard);

function show() {
  lay(by('nodes'), nodes(status));
  lay(by('services'), services(status, past, now()));
  lay(by('foot'), [`Headway ${plain(status.version, 40)}. Newest event: ${status.position}.`]);
  const worst = status.services.map(headline).find(([tone]) => tone === 'bad');
  document.title = worst ? `! ${worst[1].slice(0, 60)} – Headway` : 'Headway';
}

async function load() {
  if (loading || loadedAt === status.position) return;
  loading = true;
  try {
    const position = status.position;
    for (const {
      service: { name },
    } of status.services) {
      const of = encodeURIComponent(name);
      const [rollouts, releases] = await Promise.all([
        get(`rollouts?limit=15&service=${of}`),
        get(`releases?limit=15&service=${of}`),
      ]);
      past[name] = { rollouts, releases };
    }
    loadedAt = position;
    show();
  } catch {
    // The stream says when the server is gone; this is tried again with the next status.
  } finally {
    loading = false;
  }
}

function pulse() {
  const silent = heard ? (performance.now() - heard) / 1000 : 0;
  const stale = heard > 0 && silent > 4;
  document.body.classList.toggle('stale', stale);
  document.querySelectorAll('[data-do]').forEach(b => {
    b.disabled = stale;
  });
  const connection = heard === 0 ? 'Connecting' : stale ? 'Not connected' : 'Live';
  if (by('connection').textContent !== connection) by('connection').textContent = connection;
  by('lost').hidden = !stale;
  const says = stale
    ? `No word from the server since ${clock(Date.now() - silent * 1000)}. What you see is that old. ` +
      'Nodes go on serving users without the server, and take a candidate that is still on trial away from them. ' +
      'This page connects again by itself.'
    : '';
  if (by('lost').textContent !== says) by('lost').textContent = says;
}

async function listen() {
  for (;;) {
    try {
      await follow('events', (name, data) => {
        if (name !== 'status') return;
        [status, heard] = [JSON.parse(data), performance.now()];
        show();
        pulse();
        load();
      });
    } catch (wrong) {
      if (wrong instanceof Refused && wrong.needsToken) await token(wrong.message);
    }
    await new Promise(wait => setTimeout(wait, 1000));
  }
}

/** @returns whether a token was given. */
function token(says) {
  by('key-says').textContent = plain(says, 400);
  by('key-token').value = '';
  by('key').showModal();
  return new Promise(done => {
    by('key').onclose = () => done(by('key').returnValue === 'given');
    by('key-form').onsubmit = event => {
      event.preventDefault();
      useToken(by('key-token').value);
      by('key').close('given');
    };
  });
}

const laneOf = name => status.services.flatMap(s => s.lanes).find(l => l.lane === name);

function ask(action) {
  by('ask-title').textContent = action.title;
  by('ask-does').textContent = action.does;
  by('ask-go').textContent = action.go;
  by('ask-go').classList.toggle('danger', action.danger === true);
  by('ask-choice').hidden = !action.choices;
  by('ask-to').replaceChildren(...(action.choices ?? []).map(c => new Option(c, c)));
  by('ask-error').hidden = true;
  by('ask-reason').value = '';
  by('ask-go').disabled = false;
  by('ask-form').onsubmit = event => {
    event.preventDefault();
    act(action);
  };
  by('ask').showModal();
  by('ask-reason').focus();
}

async function act(action) {
  by('ask-go').disabled = true;
  try {
    await post(action.path, {
      reason: by('ask-reason').value.trim(),
      ...(action.choices && { to: by('ask-to').value }),
    });
    by('ask').close();
  } catch (wrong) {
    if (wrong.needsToken && (await token(wrong.message))) {
      await act(action);
      return;
    }
    by('ask-error').textContent = plain(wrong.message, 400);
    by('ask-error').hidden = false;
    by('ask-go').disabled = false;
  }
}

/** Shows text in the window for logs once it is loaded. */
async function read(title, load) {
  by('logs-title').textContent = title;
  by('logs-lines').textContent = 'Loading';
  by('logs').showModal();
  try {
    by('logs-lines').textContent = (await load()) || 'Nothing was written yet.';
    by('logs-lines').scrollTop = by('logs-lines').scrollHeight;
  } catch (wrong) {
    by('logs-lines').textContent = plain(wrong.message, 400);
  }
}

const logs = lane =>
  read(`Newest lines of ${lane.lane}`, async () =>
    (await get(`lanes/${address(lane)}/logs?limit=300`))
      .map(l => `${clock(l.line.at)} ${plain(l.release, 60)} ${plain(l.line.text, 1000)}`)
      .join('\n'),
  );

const jobLog = (run, job) =>
  read(`Log of ${run}, ${job}`, async () =>
    (await text(`runs/${encodeURIComponent(run)}/jobs/${encodeURIComponent(job)}/log`))
      .split('\n')
      .slice(-1000)
      .map(l => plain(l, 1000))
      .join('\n'),
  );

async function explain(id) {
  by('why-title').textContent = `Why: ${plain(id, 100)}`;
  lay(by('why-body'), ['Loading']);
  by('why').showModal();
  try {
    lay(by('why-body'), explanation(await get(`rollouts/${encodeURIComponent(id)}/explanation`)));
    by('why').scrollTop = 0;
  } catch (wrong) {
    lay(by('why-body'), [plain(wrong.message, 400)]);
  }
}

document.addEventListener('click', event => {
  const doing = event.target.closest?.('[data-do]');
  if (!doing) return;
  if (doing.dataset.do === 'joblog') jobLog(doing.dataset.run, doing.dataset.job);
  if (doing.dataset.do === 'explain') return explain(doing.dataset.rollout);
  const lane = laneOf(doing.dataset.lane);
  if (!lane) return;
  if (doing.dataset.do === 'logs') logs(lane);
  else if (actions[doing.dataset.do].applies(lane)) ask(actions[doing.dataset.do].of(lane));
});
by('leave').addEventListener('click', async () => {
  await leave();
  location.href = '/login/left';
});
by('key-cancel').addEventListener('click', () => by('key').close(''));
by('ask-cancel').addEventListener('click', () => by('ask').close());
by('why-close').addEventListener('click', () => by('why').close());
by('logs-close').addEventListener('click', () => by('logs').close());
setInterval(pulse, 1000);
listen();
