// The root of a published frame, as an auditor would reckon it with a program of their own: RFC 6962 over one leaf a
// unit, stratum TAB frame id, in the byte order of frame ids.
import { createHash } from 'node:crypto';

export const createWaveRoot = (
  frame: readonly { readonly stratum: string; readonly frame_id: string }[],
): string => {
  const leaves = [...frame]
    .sort((a, b) => (a.frame_id < b.frame_id ? -1 : 1))
    .map(({ stratum, frame_id: id }) => hash(Buffer.from([0]), Buffer.from(`${stratum}\t${id}`)));
  return root(leaves).toString('hex');
};

const hash = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

const root = (leaves: readonly Buffer[]): Buffer => {
  const [only] = leaves;
  if (!only) return hash();
  if (leaves.length === 1) return only;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return hash(Buffer.from([1]), root(leaves.slice(0, half)), root(leaves.slice(half)));
};
