import { describe, expect, it } from "vitest";
import { parseRecurrence } from "./patch-window-rule.js";

describe("parseRecurrence", () => {
  it.each([
    ["FREQ=DAILY", "FREQ=DAILY"],
    [" rrule:byday=2tu;freq=monthly ", "FREQ=MONTHLY;BYDAY=2TU"],
    ["FREQ=WEEKLY;WKST=MO;BYDAY=MO,TH;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=MO"],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR"],
    ["FREQ=DAILY;UNTIL=20271231T210000Z", "FREQ=DAILY;UNTIL=20271231T210000Z"],
  ])("takes %s", (text, expected) => expect(parseRecurrence(text)).toBe(expected));

  it.each([
    ["daily", "must be a rule of RFC 5545, such as FREQ=MONTHLY;BYDAY=2TU"],
    ["0 2 * * *", "must be a rule of RFC 5545"],
    ["BYDAY=MO", "has no FREQ: begin with FREQ=DAILY"],
    ["FREQ=HOURLY", 'FREQ=HOURLY is not for a window\'s rule: "start" has the time of day'],
    ["FREQ=DAILY;BYHOUR=2", 'BYHOUR is not for a window\'s rule: "start" has the time of day'],
    ["FREQ=FORTNIGHTLY", 'FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, not "FORTNIGHTLY"'],
    ["FREQ=MONTHLY;BYDAYS=2TU", '"BYDAYS" is no part of a rule (did you mean "BYDAY"?)'],
    ["FREQ=MONTHLY;BYDAY=TUE", "BYDAY lists days of the week (MO, TU,"],
    ["FREQ=YEARLY;BYMONTH=13", 'BYMONTH lists months from 1 to 12, not "13"'],
    ["FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY lists days from 1 to 31"],
    ["FREQ=DAILY;INTERVAL=0", "INTERVAL is a whole number from 1"],
    ["FREQ=DAILY;UNTIL=2027-12-31", "UNTIL is a day such as 20271231"],
    ["FREQ=DAILY;FREQ=WEEKLY", "has FREQ twice"],
    ["FREQ=DAILY;COUNT=3;UNTIL=20271231", "has COUNT and UNTIL"],
    ["FREQ=WEEKLY;BYDAY=2TU", "a numbered day of the week (BYDAY=2TU) needs FREQ=MONTHLY or YEARLY"],
    ["FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS chooses among days: name them"],
    ["FREQ=YEARLY;BYWEEKNO=1", "BYWEEKNO names weeks: name their days with BYDAY"],
    ["FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO needs FREQ=YEARLY"],
    ["FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY needs FREQ=YEARLY"],
    ["FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY is not for FREQ=WEEKLY"],
    ["FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYWEEKNO and BYDAY=1MO name days in different ways"],
    ["FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=2FR", "BYMONTHDAY and BYDAY=2FR name days in different ways"],
    ["FREQ=YEARLY;BYYEARDAY=1;BYDAY=TU", "BYYEARDAY and BYDAY=TU name days in different ways"],
    ["FREQ=YEARLY;BYMONTHDAY=13;BYWEEKNO=2", "BYMONTHDAY and BYWEEKNO name days in different ways"],
  ])("refuses %s", (text, message) => expect(() => parseRecurrence(text)).toThrow(message));
});
