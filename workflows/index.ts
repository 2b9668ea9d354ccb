// Every function exported here is a workflow by that name: renaming one breaks the open ones.
export { clock, dispose, forgo, hold, lift } from './act.ts';
export { kickoff } from './kickoff.ts';
export { wave } from './wave.ts';
export { recall } from './recall.ts';
export { retention } from './retention.ts';
export { sweep } from './sweep.ts';
