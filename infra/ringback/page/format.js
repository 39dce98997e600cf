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

const minute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** `17:30`, in the time of whoever looks. */
export const clockMinute = (at) => minute.format(at);
/** `17:30:05`. */
export const clockSecond = (at) => second.format(at);
/** The whole date and time with its zone, for a tooltip. */
export const whole = (at) => full.format(at);
/** A key that is the same for two instants of one day. */
export const dayKey = (at) => `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;

/** `Today`, `Yesterday`, or `Monday 23 November`. */
export function dayName(at, now) {
  if (dayKey(at) === dayKey(now)) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  return dayKey(at) === dayKey(yesterday) ? "Yesterday" : day.format(at);
}

/** `0:07` for a call of seven seconds. */
export function length(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** The time since the step before: `+40 ms`, `+1.2 s`, `+2 min`, `+3 h`; nothing if it is no time at all. */
export function since(ms) {
  if (!(ms >= 1)) return "";
  if (ms < 1000) return `+${Math.round(ms)} ms`;
  if (ms < 99_500) return `+${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  if (ms < 5_400_000) return `+${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `+${Math.round(ms / 3_600_000)} h`;
  return `+${Math.round(ms / 86_400_000)} days`;
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
