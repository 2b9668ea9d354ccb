// An officer as statements, leaves and search attributes name them: a staff id, never a person's name. Bundled into the
// workflow sandbox: it imports nothing.
export const staffPattern = /^[a-z][a-z0-9.-]{1,40}$/;
