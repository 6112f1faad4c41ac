// Where things stand, in a word with a tone: what a lane, a run and a rollout are doing. Pure.
import { number, percent, plain, seconds, span } from './format.js';

export const share = lane => {
  const to = lane.route?.to;
  return lane.route?.candidate && to?.kind === 'fraction' ? (number(to.share) ?? 0) : 0;
};

export const open = lane =>
  lane.rollout && (lane.rollout.state.phase === 'Advancing' || lane.rollout.state.phase === 'GoingBack')
    ? lane.rollout.state
    : null;

/** Steps that wait for proof or for a person, and so can be passed on a person's word. */
export const waits = rollout => ['watch', 'await'].includes(rollout.plan.steps[rollout.step]?.kind);

/** @returns {[string, string]} tone (ok, busy, warn, bad, idle) and word. */
export function standing(lane) {
  const rollout = open(lane);
  if (rollout?.phase === 'GoingBack') return ['bad', 'rolling back'];
  if (lane.trouble) return ['bad', 'cannot go on'];
  if (rollout?.pausedWhy) return ['warn', 'paused'];
  if (rollout?.promoted) return ['busy', 'promoted, holding back'];
  if (rollout) return ['busy', 'rolling out'];
  const end = lane.rollout?.state.end;
  if (end === 'RollbackFailed') return ['bad', 'rollback failed'];
  if (end === 'PastReturn') return ['bad', 'bad, and no way back'];
  if (lane.state.hold) return ['warn', lane.state.hold.release ? 'rolled back, held' : 'held'];
  return lane.state.current ? ['ok', 'out'] : ['idle', 'nothing yet'];
}

const runs = {
  Succeeded: ['ok', 'passed'],
  Failed: ['bad', 'failed'],
  Cancelled: ['warn', 'cancelled'],
  Superseded: ['idle', 'superseded'],
};

export const building = run => (!run ? ['idle', 'nothing yet'] : (runs[run.outcome] ?? ['busy', 'running']));

const jobs = {
  Waiting: ['idle', 'waiting'],
  Running: ['busy', 'running'],
  Succeeded: ['ok', 'passed'],
  Failed: ['bad', 'failed'],
  Lost: ['warn', 'runner lost'],
  Skipped: ['idle', 'skipped'],
};

/** A result that was taken again is no new one, and says from where it is. */
export const job = state =>
  state.reuses && state.phase === 'Succeeded'
    ? ['ok', `as in ${plain(state.reuses.run, 40)}`]
    : (jobs[state.phase] ?? ['idle', state.phase]);

/** Why a job failed or was skipped. */
export const reasonOf = (state, longest) =>
  state.phase === 'Failed' || state.phase === 'Lost'
    ? plain(state.says ?? '', longest)
    : state.phase === 'Skipped'
      ? plain(state.why ?? '', longest)
      : '';

const ends = {
  Completed: ['ok', 'promoted'],
  RolledBack: ['bad', 'rolled back'],
  RollbackFailed: ['bad', 'rollback failed'],
  PastReturn: ['bad', 'bad, and no way back'],
};

export function outcome(rollout) {
  if (rollout.end) return ends[rollout.end] ?? ['idle', rollout.end];
  if (rollout.phase === 'GoingBack') return ['bad', 'rolling back'];
  return rollout.promoted
    ? ['busy', 'promoted, holding back']
    : rollout.pausedWhy
      ? ['warn', 'paused']
      : ['busy', 'under way'];
}

export const reason = rollout =>
  plain(rollout.causeSays ?? rollout.endSays ?? rollout.pausedWhy ?? rollout.lastVerdict?.says ?? '', 400);

export const took = (rollout, at) => span(seconds(rollout.startedAt, rollout.promotedAt ?? rollout.endedAt ?? at));

/** When the lane's release came to be the one that users have, as far back as the given rollouts tell. */
export function outSince(lane, rollouts) {
  const brought = rollouts.find(
    r =>
      r.state.environment === lane.environment &&
      r.state.candidate === lane.state.current &&
      (r.state.promoted || r.state.end === 'Completed'),
  );
  return brought?.state.promotedAt ?? brought?.state.endedAt ?? null;
}

/** The reason itself stands below, among what waits. */
function stopped(lane) {
  const { hold, current } = lane.state;
  if (open(lane))
    return `${open(lane).candidate} is paused at ${percent(share(lane))} of users in ${lane.environment}.`;
  if (!hold.release) return `Nothing new is let into ${lane.environment}.`;
  return `${hold.release} was taken back from ${lane.environment} and is held. Users have ${current ?? 'nothing'}.`;
}

/** The state of a service in one sentence, worst news first. */
export function headline(status) {
  const lanes = [...status.lanes].reverse();
  const find = tone => lanes.find(lane => standing(lane)[0] === tone);
  const bad = find('bad');
  if (bad)
    return ['bad', `${bad.environment}: ${standing(bad)[1]}. ${plain(bad.trouble ?? reason(bad.rollout.state), 300)}`];
  const source = status.service.trouble ?? status.service.refused?.says;
  if (source) return ['bad', plain(source, 300)];
  const held = find('warn');
  if (held) return ['warn', stopped(held)];
  if (status.run?.outcome === 'Failed')
    return ['bad', `The newest commit did not pass its jobs. ${plain(status.run.says, 200)}`];
  const moving = find('busy');
  if (moving) {
    const rollout = open(moving);
    return [
      'busy',
      rollout.promoted
        ? `${rollout.candidate} is promoted in ${moving.environment} and watched for a while longer.`
        : moving.route?.candidate && moving.route.to?.kind === 'mirror'
          ? `${rollout.candidate} answers copies of ${percent(moving.route.to.share)} of the requests in ${moving.environment}; no user meets it yet.`
        : share(moving) === 0
          ? `${rollout.candidate} is being prepared for ${moving.environment}; no user meets it yet.`
          : `${rollout.candidate} meets ${percent(share(moving))} of users in ${moving.environment}.`,
    ];
  }
  if (status.run && !status.run.outcome) return ['busy', `${status.run.commit.short} is being built and tested.`];
  const last = lanes[0];
  return last?.state.current
    ? ['ok', `${last.state.current} is out in ${last.environment} and nothing waits.`]
    : ['idle', 'Nothing is out yet.'];
}
