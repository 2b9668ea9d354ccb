// Every function exported here is a workflow by that name: renaming one breaks the open ones.
export { clock, close, dispose, forgo, hold, lift, settle } from './act.ts';
export { kickoff } from './kickoff.ts';
export { wave } from './wave.ts';
export { recall } from './recall.ts';
export { rehearse } from './rehearse.ts';
export { retention } from './retention.ts';
export { sweep } from './sweep.ts';
