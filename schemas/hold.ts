// Why an erasure is put off: a closed list, since a hold without a reason that can be looked up is a copy kept for ever.
export const holdReasons = ['complaint', 'litigation', 'subject-request', 'security-incident'] as const;
export type HoldReason = (typeof holdReasons)[number];
