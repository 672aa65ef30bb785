// Formatting of numbers and times.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const two = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const one = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const short = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const shortest = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 });
const shares = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });
const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const moments = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const MINUS = '\u2212';
const NONE = '\u2013';

const formatted = (format, number) => (number == null ? NONE : format.format(number).replace('-', MINUS));

/** 1000209 → 1,000,209. */
export const count = (number) => formatted(whole, number);

/** 18237780 → 18.2M. */
export const roughly = (number) => formatted(compact, number);

/** 1024 → 1K, for the axes of charts. */
export const tick = (number) => formatted(shortest, number);

/** A rating: 4, 4.5. */
export const rating = (number) => formatted(short, number);

/** A mean or a similarity: 3.58. */
export const decimal = (number) => formatted(two, number);

/** A predicted rating, to a tenth: 4.0. */
export const expected = (number) => formatted(one, number);

/** A difference, always with its sign: +0.43. */
export const signed = (number) =>
  number >= 0.005 ? `+${decimal(number)}` : decimal(number > -0.005 ? 0 : number);

/** 0.37 → 37%. */
export const percent = (share) => formatted(shares, share);

/** Four significant digits, for terms of a sum: 0.0004312, 12.31. */
export function term(number) {
  if (number == null) return NONE;
  const digits = number === 0 ? 0 : 3 - Math.floor(Math.log10(Math.abs(number)));
  return number.toFixed(Math.min(Math.max(digits, 0), 12)).replace('-', MINUS);
}

/** A count with its noun: 1 film, 2 films. */
export const some = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;

/** A duration: less than a second, 12 seconds, 3 minutes, 1 hour 10 minutes. */
export function duration(seconds) {
  if (seconds == null) return NONE;
  if (seconds < 1) return 'less than a second';
  if (seconds < 59.5) return some(Math.round(seconds), 'second', 'seconds');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return some(minutes, 'minute', 'minutes');
  const hours = some(Math.floor(minutes / 60), 'hour', 'hours');
  return minutes % 60 ? `${hours} ${some(minutes % 60, 'minute', 'minutes')}` : hours;
}

/** A Unix time relative to now: 5 minutes ago, yesterday; the date if more than a week ago. */
export function ago(time) {
  const seconds = time - Date.now() / 1000;
  if (Math.abs(seconds) < 45) return 'just now';
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86400) return relative.format(Math.round(seconds / 3600), 'hour');
  if (Math.abs(seconds) < 7 * 86400) return relative.format(Math.round(seconds / 86400), 'day');
  return date(time);
}

/** The date of a Unix time; a dash if null. */
export const date = (time) => (time == null ? NONE : days.format(time * 1000));

/** The date and time of a Unix time; a dash if null. */
export const moment = (time) => (time == null ? NONE : moments.format(time * 1000));
