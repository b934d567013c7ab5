/** What a parameter takes. */
export const PARAMETER_TYPES = {
  integer: 'a whole number',
  number: 'a number such as 4 or 2.5',
  days: 'a number of days',
  text: 'a text',
  texts: 'a list of texts, with commas between them',
  time: 'a time of day such as 07:00',
  weekdays: 'days of the week such as mon-fri or 1,2,7 (1 is Monday)',
  zone: 'a time zone such as Europe/Berlin',
  id: 'an id or a name',
} as const;

export type ParameterType = keyof typeof PARAMETER_TYPES;
