// The bytes that an officer signs, as whoever reads a wave's statement makes them again: RFC 8785, and no newline.
import { createHash } from 'node:crypto';
import { canonical } from '../schemas/canonical.ts';
import { refuse } from '../schemas/failure.ts';
import type { Stated } from '../workflows/messages.ts';

/** @throws RELEASE_MISMATCH when they have not the hash that the wave names */
export const textOf = ({
  statement,
  statementSha256,
}: Pick<Stated, 'statement' | 'statementSha256'>): string => {
  const text = canonical(statement);
  if (createHash('sha256').update(text).digest('hex') !== statementSha256)
    throw refuse({
      code: 'RELEASE_MISMATCH',
      found: 'a statement that has not the hash beside it',
      expected: 'the statement that waits, with its own hash',
      remedy: 'sign nothing: see that the worker, the Temporal server and this program are of one version',
    });
  return text;
};
