// Why a month is never run: a closed list, so that it can be counted. A survey that has ended forgoes all later months, too.
export const forgoReasons = {
  'records-lost': 'the records of that month cannot be had any more',
  'no-fieldwork': 'nobody is to be rung about that month',
  'too-late': 'people would be rung too long after what happened to them',
  'survey-ended': 'the survey has ended: this month, and all that follow',
} as const;
export type ForgoReason = keyof typeof forgoReasons;
