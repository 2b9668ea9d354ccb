// Every function exported here is a workflow by that name: renaming one breaks the open ones.
export { kickoff } from './kickoff.ts';
export { wave } from './wave.ts';
export { retention } from './retention.ts';
export { sweep } from './sweep.ts';
