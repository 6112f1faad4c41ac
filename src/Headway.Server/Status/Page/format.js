// Words and numbers for people. Pure: no page, no clock; `now` is an argument.

const unseen = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Nothing in a text may hide or turn around what stands beside it. */
export const visible = text =>
  String(text ?? '')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(unseen, '\ufffd');

/** Text that others wrote (commit subjects, messages), on one line and not longer than people read. */
export function plain(text, longest = 200) {
  const shown = Array.from(visible(text));
  return shown.length > longest ? shown.slice(0, longest - 1).join('') + '…' : shown.join('');
}

/** An address that may be linked to, or null: `javascript:` and the like never are. */
export function link(address) {
  try {
    const url = new URL(address);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** JSON names infinity and NaN as strings. */
export const number = value => (value === null || value === undefined ? null : Number(value));

export const count = value => Math.round(number(value) ?? 0).toLocaleString('en-US');

export const plural = (value, noun) => `${count(value)} ${noun}${Math.round(value) === 1 ? '' : 's'}`;

/** 0.0123 is "1.2 %"; what is above 0 never reads as 0. */
export function percent(share) {
  const value = (number(share) ?? 0) * 100;
  if (value === 0 || value === 100) return `${value} %`;
  if (value < 0.01) return 'under 0.01 %';
  if (value > 99.99) return 'over 99.99 %';
  const digits = value < 1 || value > 99 ? 2 : value < 10 ? 1 : 0;
  return `${Number(value.toFixed(digits))} %`;
}

/** 1.234 is "1.2", 12.34 is "12". */
export const roughly = value => (value >= 10 || value === 0 ? count(value) : String(Number(value.toPrecision(2))));

export function span(seconds) {
  const s = Math.max(0, Math.round(number(seconds) ?? 0));
  if (s < 60) return `${s} s`;
  if (s < 3600) return s < 600 && s % 60 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return plural(Math.floor(s / 86400), 'day');
}

export const seconds = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;

export const since = (at, now) => (at ? `${span((now - Date.parse(at)) / 1000)} ago` : null);

/** The clock time of this reader, with seconds: what people compare with other tools. */
export function clock(at) {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? '' : time.toLocaleTimeString('en-GB');
}

export const mebibytes = bytes => `${count((number(bytes) ?? 0) / 1048576)} MiB`;

/** An e-value from its natural logarithm, also when it is too large for a number that people read. */
export function eValue(logE) {
  const log = number(logE) ?? 0;
  if (Number.isNaN(log)) return '–';
  if (log > Math.log(999999)) return `10^${Math.floor(log / Math.LN10)}`;
  const e = Math.exp(log);
  return e < 0.01 ? 'under 0.01' : roughly(e);
}

/** How far the proof of harm has come, 0 to 1, on a logarithmic scale: e = 1 is 0, the threshold is 1. */
export function proof(evidence) {
  const to = number(evidence?.logEToRollBack) ?? 0;
  return to > 0 ? Math.min(1, Math.max(0, (number(evidence.logE) ?? 0) / to)) : 0;
}

/** Where a relative risk stands on the axis from a tenth to a hundred times stable's, 0 to 1. */
export const axis = risk => Math.min(1, Math.max(0, (Math.log10(Math.max(risk, 1e-9)) + 1) / 3));

/** What is known of the relative risk, in a sentence. */
export function risk(evidence) {
  const [at, low, high] = [evidence?.relativeRisk, evidence?.relativeRiskLow, evidence?.relativeRiskHigh].map(number);
  if (at === null || !Number.isFinite(at))
    return 'No request has failed on either side, so there is nothing to compare yet.';
  const between =
    high === null || !Number.isFinite(high)
      ? `more than ${roughly(low ?? 0)}`
      : `between ${roughly(low ?? 0)} and ${roughly(high)}`;
  return `The candidate fails about ${roughly(at)} times as often as stable (95 % sure: ${between} times).`;
}
