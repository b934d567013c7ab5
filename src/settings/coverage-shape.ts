import { queryId, schedule, scheduleOrNever, wholeNumber } from './fields.ts';
import { describe } from './setting-text.ts';

/** The comparison of the table with what Nexthink counted, and how soon landed files are taken in. */
export const coverageShape = {
  nqlCountQuery: describe(queryId, {
    description: 'The saved query that counts the trail by hour and code; its text is in docs/nexthink.md.',
    expected: 'the id of a saved NQL API query',
    example: '#audit_trail_counts',
    fallback: '',
    landing: true,
  }),
  nqlCountSchedule: describe(scheduleOrNever, {
    description: 'When the landing app has the trail counted, in UTC; never where it is empty.',
    expected: 'six fields: second, minute, hour, day, month, day of the week',
    example: '0 0 5 * * *',
    fallback: '',
    appOnly: true,
    landing: true,
  }),
  coverageLateHours: describe(wholeNumber(0, 24 * 30), {
    description: 'How long after its end an hour is judged: exports, and records within Nexthink, may be that late.',
    expected: '0 to 720 hours',
    example: '12',
    fallback: '6',
  }),
  coverageSchedule: describe(scheduleOrNever, {
    description: 'When the Function App compares landed counts with the table, in UTC; never where it is empty.',
    expected: 'six fields: second, minute, hour, day, month, day of the week',
    example: '0 0 6 * * *',
    fallback: '',
    appOnly: true,
  }),
  landedSchedule: describe(schedule, {
    description: 'When the Function App takes in what the landing app has landed, in UTC.',
    expected: 'six fields: second, minute, hour, day, month, day of the week',
    example: '*/30 * * * * *',
    fallback: '15 * * * * *',
    appOnly: true,
  }),
};
