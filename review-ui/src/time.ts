// Times as people say them, in the district's time zone: "today 3:40 pm", the full form on hover.

type Parts = { year: number; month: number; day: number };

function partsIn(zone: string, at: Date): Parts {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric" })
    .formatToParts(at);
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  return { year: part("year"), month: part("month"), day: part("day") };
}

/** Calendar days from now to `at`, in the zone: 0 is today, 1 tomorrow, -1 yesterday. */
export function daysAway(zone: string, at: Date, now: Date): number {
  const day = (d: Date): number => {
    const p = partsIn(zone, d);
    return Date.UTC(p.year, p.month - 1, p.day) / 86_400_000;
  };
  return day(at) - day(now);
}

function dayWords(zone: string, at: Date, now: Date): string {
  const days = daysAway(zone, at, now);
  if (days === 0) return "today";
  if (days === 1) return "tomorrow";
  if (days === -1) return "yesterday";
  const sameYear = partsIn(zone, at).year === partsIn(zone, now).year;
  return new Intl.DateTimeFormat("en-US", {
    timeZone: zone, month: "short", day: "numeric", ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

/** "today 3:40 pm"; "Oct 12 3:40 pm"; with the year when it is another one. */
export function shortTime(zone: string, iso: string, now = new Date()): string {
  const at = new Date(iso);
  const clock = new Intl.DateTimeFormat("en-US", { timeZone: zone, hour: "numeric", minute: "2-digit" })
    .format(at).replace(/\s(AM|PM)$/u, (half) => half.toLowerCase());
  return `${dayWords(zone, at, now)} ${clock}`;
}

/** "today", "tomorrow", "Oct 12": for due dates, where the hour is noise. */
export function shortDay(zone: string, iso: string, now = new Date()): string {
  return dayWords(zone, new Date(iso), now);
}

export function fullTime(zone: string, iso: string): string {
  return new Intl.DateTimeFormat("en-US", { timeZone: zone, dateStyle: "full", timeStyle: "long" }).format(new Date(iso));
}

/** "Oct 12, 2026" for a calendar date, which has no zone. */
export function calendarDate(date: string): string {
  return new Intl.DateTimeFormat("en-US", { timeZone: "UTC", dateStyle: "medium" }).format(new Date(`${date}T00:00:00Z`));
}

/** Today's calendar date in the zone, as `YYYY-MM-DD`, plus some days. */
export function dateIn(zone: string, plusDays = 0, now = new Date()): string {
  const p = partsIn(zone, now);
  return new Date(Date.UTC(p.year, p.month - 1, p.day + plusDays)).toISOString().slice(0, 10);
}

/** The instant at which the clock in `zone` shows `hour` on `date`: due dates are wall-clock times. */
export function instantOf(zone: string, date: string, hour: number): string {
  const wanted = new Date(`${date}T${String(hour).padStart(2, "0")}:00:00Z`).getTime();
  const shown = (at: number): number => {
    const parts = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
    }).formatToParts(new Date(at));
    const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
    return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
  };
  // Twice, because the first correction can land on the other side of a clock change.
  const first = wanted - (shown(wanted) - wanted);
  return new Date(first - (shown(first) - wanted)).toISOString();
}

/** "34 s", "2 min 5 s". */
export function seconds(total: number): string {
  const whole = Math.round(total);
  if (whole < 60) return `${whole} s`;
  return whole % 60 === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
