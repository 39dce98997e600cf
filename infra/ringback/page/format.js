// How numbers, times and money look. Pure functions: what goes in decides what comes out.

// Country calling codes of one and two digits; every other one has three.
const SHORT_CODES =
  /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;
// How the digits after a country code are usually grouped; others go in threes.
const GROUPS = { 1: [3, 3, 4], 91: [5, 5], 44: [4, 6], 33: [1, 2, 2, 2, 2] };

/** `+12065550123` as `+1 206 555 0123`. Anything that is no number stays as it is. */
export function phone(number) {
  if (!/^\+\d{3,15}$/.test(number)) return number;
  const digits = number.slice(1);
  const code = SHORT_CODES.exec(digits)?.[0] ?? digits.slice(0, 3);
  let rest = digits.slice(code.length);
  const parts = [];
  const usual = GROUPS[code];
  const fits = usual && usual.reduce((sum, n) => sum + n, 0) === rest.length;
  for (let i = 0; rest; i += 1) {
    // A last group of one digit looks like a mistake, so four stay together.
    const size = fits ? usual[i] : rest.length <= 4 ? rest.length : 3;
    parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return ["+" + code, ...parts].join(" ");
}

/** Removes what people put between digits; `null` if that leaves no number. */
export function cleanPhone(typed) {
  const number = typed.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
  return /^\+\d{3,15}$/.test(number) ? number : null;
}

const FORMS = {
  minute: { hour: "2-digit", minute: "2-digit" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  day: { weekday: "long", day: "numeric", month: "long" },
  key: { year: "numeric", month: "2-digit", day: "2-digit" },
};
const made = new Map();
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** A form in a zone; without one, or in one that the browser does not know, that of whoever looks. */
function form(name, timeZone) {
  const key = `${name} ${timeZone}`;
  if (!made.has(key)) {
    let format;
    try {
      format = new Intl.DateTimeFormat("en-GB", { ...FORMS[name], timeZone: timeZone ?? undefined });
    } catch {
      format = new Intl.DateTimeFormat("en-GB", FORMS[name]);
    }
    made.set(key, format);
  }
  return made.get(key);
}

/** `17:30`. */
export const clockMinute = (at, zone) => form("minute", zone).format(at);
/** `17:30:05`. */
export const clockSecond = (at, zone) => form("second", zone).format(at);
/** The whole date and time with its zone, in the time of whoever looks, for a tooltip. */
export const whole = (at) => full.format(at);
/** A key that is the same for two instants of one day. */
export const dayKey = (at, zone) => form("key", zone).format(at);

/** `Today`, `Yesterday`, or `Monday 23 November`. */
export function dayName(at, now, zone) {
  const key = dayKey(at, zone);
  if (key === dayKey(now, zone)) return "Today";
  const yesterday = new Date(now.getTime() - 86_400_000);
  return key === dayKey(yesterday, zone) ? "Yesterday" : form("day", zone).format(at);
}

/** `IN` as `India`; nothing if there is no such country. */
export function country(code) {
  try {
    return code ? new Intl.DisplayNames("en", { type: "region" }).of(code) : "";
  } catch {
    return "";
  }
}

/** `0:07` for a call of seven seconds. */
export function length(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** The time since the step before: `+40 ms`, `+2 min`; nothing if it is no time at all. */
export const since = (ms) => (ms >= 1 ? `+${span(ms)}` : "");

/** A length of time as people say it: `40 ms`, `1.2 s`, `2 min`, `3 h`. */
export function span(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 99_500) return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}

/** Millionths of a currency unit as money: cents always, smaller parts only where there are some. */
export function money(micros, currency) {
  try {
    return new Intl.NumberFormat("en", {
      style: "currency", currency, maximumFractionDigits: 6,
      minimumFractionDigits: 2,
    }).format(micros / 1e6);
  } catch {
    return `${(micros / 1e6).toFixed(2)} ${currency}`;
  }
}
