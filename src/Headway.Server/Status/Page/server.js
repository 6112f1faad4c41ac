// Speaks with the server. The session of the browser may look; whoever acts gives a token, which stays in this tab.

export const useToken = token => sessionStorage.setItem('token', token.trim());

/** Ends the session of this browser, and forgets the token of this tab. */
export async function leave() {
  sessionStorage.removeItem('token');
  const answer = await fetch('/logout', { method: 'POST' });
  if (!answer.ok && answer.status !== 401) throw new Refused(answer.status, `The server answered ${answer.status}.`);
}

export class Refused extends Error {
  constructor(status, says) {
    super(says);
    this.needsToken = status === 401 || status === 403;
  }
}

async function send(path, options = {}) {
  const token = sessionStorage.getItem('token');
  const headers = { ...options.headers, ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(`/api/v1/${path}`, { ...options, headers, cache: 'no-store' });
  if (answer.ok) return answer;
  if (answer.status === 401) sessionStorage.removeItem('token');
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, problem.detail ?? problem.title ?? `The server answered ${answer.status}.`);
}

export const get = async path => (await send(path)).json();

export const text = async path => (await send(path)).text();

export const post = async (path, body) =>
  send(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Reads server-sent events until they end or are silent for ten seconds. EventSource cannot send a token. */
export async function follow(path, tell) {
  const stop = new AbortController();
  let silence = 0;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => stop.abort(), 10000);
  };
  heard();
  try {
    const answer = await send(path, { signal: stop.signal });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard();
      const parts = (rest + value).split('\n\n');
      rest = parts.pop();
      for (const part of parts) {
        const lines = part.split('\n');
        const field = name =>
          lines
            .filter(l => l.startsWith(`${name}:`))
            .map(l => l.slice(name.length + 1).trimStart())
            .join('\n');
        tell(field('event') || 'message', field('data'));
      }
    }
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}
