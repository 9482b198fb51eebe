import { expect, test } from "vitest";
import { dateIn, daysAway, instantOf, seconds, shortTime } from "./time";

const ZONE = "America/Chicago";
const NOW = new Date("2026-10-12T20:00:00Z");

test.each([
  ["2026-10-12T20:40:00Z", "today 3:40 pm"],
  ["2026-10-13T13:05:00Z", "tomorrow 8:05 am"],
  ["2026-10-11T13:05:00Z", "yesterday 8:05 am"],
  ["2026-09-01T17:00:00Z", "Sep 1 12:00 pm"],
  ["2025-09-01T17:00:00Z", "Sep 1, 2025 12:00 pm"],
])("%s reads %s", (iso, words) => {
  expect(shortTime(ZONE, iso, NOW)).toBe(words);
});

test("days are counted in the district's zone, not in UTC", () => {
  expect(daysAway(ZONE, new Date("2026-10-13T03:00:00Z"), NOW)).toBe(0);
  expect(dateIn(ZONE, 1, new Date("2026-10-13T03:00:00Z"))).toBe("2026-10-13");
});

test.each([
  ["2026-07-01", "2026-07-01T22:00:00.000Z"],
  ["2026-12-01", "2026-12-01T23:00:00.000Z"],
  ["2026-11-01", "2026-11-01T23:00:00.000Z"],
])("17:00 on %s in Chicago is %s", (date, instant) => {
  expect(instantOf(ZONE, date, 17)).toBe(instant);
});

test("seconds become minutes at sixty", () => {
  expect([seconds(34.4), seconds(60), seconds(125)]).toEqual(["34 s", "1 min", "2 min 5 s"]);
});
