// What a person may do, and what it will do, said before it is done.
import { percent, plain } from './format.js';
import { open, share } from './lanes.js';

export const address = lane => `${encodeURIComponent(lane.service)}/${encodeURIComponent(lane.environment)}`;

const wayBack = (rollout, environment) => rollout.stable
  ? `All users of ${environment} go back to ${rollout.stable} at once, then ${rollout.candidate} is stopped.`
  : `There is no earlier release: users of ${environment} get no answer until a newer one is out.`;

const ofRollout = of => ({ of, applies: lane => open(lane) !== null });
const ofLane = of => ({ of, applies: () => true });
const atTheDoor = lane => open(lane) === null && !lane.state.hold;
/** Of a release that waits to come in, where it waits for one of these. */
const ofWaiting = (kinds, of) => ({ of, applies: lane => atTheDoor(lane) && kinds.includes(lane.wait.kind) });

/** Each: title, what happens, the word on the button, and the request. `to` is asked for where `choices` are given. */
export const actions = {
  pause: ofRollout(lane => ({
    title: `Pause ${open(lane).id}`,
    does:
      'No step is passed until somebody resumes it. ' +
      `${percent(share(lane))} of users stay on ${open(lane).candidate}, ` +
      'and it is still rolled back by itself when it proves to be worse.',
    go: 'Pause',
    path: `rollouts/${encodeURIComponent(open(lane).id)}/pause`,
  })),
  resume: ofRollout(lane => ({
    title: `Resume ${open(lane).id}`,
    does: 'It goes on where it stood. A check whose end is not known is run again.',
    go: 'Resume',
    path: `rollouts/${encodeURIComponent(open(lane).id)}/resume`,
  })),
  promote: ofRollout(lane => ({
    title: `Pass the step of ${open(lane).id}`,
    does:
      `The current step (${lane.rollout.steps[open(lane).step] ?? 'none'}) counts as passed on your word, ` +
      'without proof. ' +
      'The steps after it are judged as ever. The record says that a person did it.',
    go: 'Pass this step',
    path: `rollouts/${encodeURIComponent(open(lane).id)}/promote`,
  })),
  abort: ofRollout(lane => ({
    title: `Take ${open(lane).candidate} back`,
    does:
      `${wayBack(open(lane), lane.environment)} ` +
      'The release is held: it does not come again by itself. A newer release ends the hold.',
    go: 'Take it back',
    danger: true,
    path: `rollouts/${encodeURIComponent(open(lane).id)}/abort`,
  })),
  rollback: ofLane(lane => ({
    title: `Roll ${lane.environment} back`,
    does:
      `The release you choose is started, gets all users of ${lane.environment} at once without canary steps, and ` +
      `${lane.state.current} is stopped. A rollout that is open ends first.`,
    choices: lane.state.good.filter(r => r !== lane.state.current).reverse(),
    go: 'Roll back',
    danger: true,
    path: `lanes/${address(lane)}/rollback`,
  })),
  approve: ofWaiting(['Approval'], lane => ({
    title: `Approve what waits for ${lane.environment}`,
    does: `${plain(lane.wait.says, 400)} Who wrote a part of it does not approve it.`,
    go: 'Approve',
    path: `lanes/${address(lane)}/approve`,
  })),
  letIn: ofWaiting(['Person'], lane => ({
    title: `Let what waits into ${lane.environment}`,
    does: `${plain(lane.wait.says, 400)} It then comes as ever: in steps, and judged.`,
    go: 'Let it in',
    path: `lanes/${address(lane)}/promote`,
  })),
  reject: ofWaiting(['Approval', 'Person', 'Window', 'Freeze', 'Soak'], lane => ({
    title: `Reject what waits for ${lane.environment}`,
    does: `${plain(lane.wait.says, 400)} It is held and does not come; a newer release ends the hold.`,
    go: 'Reject',
    danger: true,
    path: `lanes/${address(lane)}/reject`,
  })),
  lift: ofLane(lane => ({
    title: `Lift the hold on ${lane.environment}`,
    does: `It was placed because: ${plain(lane.state.hold?.why, 300)} After this, releases come by themselves again.`,
    go: 'Lift the hold',
    path: `lanes/${address(lane)}/resume`,
  })),
};
