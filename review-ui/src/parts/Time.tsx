// A time as people say it; the full form is its title and its machine form the datetime attribute.

import { calendarDate, fullTime, shortDay, shortTime } from "../time";
import { useZone } from "./session";

export function Time({ at, day = false }: { at: string; day?: boolean }) {
  const zone = useZone();
  return (
    <time dateTime={at} title={fullTime(zone, at)}>
      {day ? shortDay(zone, at) : shortTime(zone, at)}
    </time>
  );
}

export function CalendarDay({ date }: { date: string }) {
  return <time dateTime={date}>{calendarDate(date)}</time>;
}
