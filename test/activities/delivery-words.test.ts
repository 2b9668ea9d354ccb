// What an officer is told when a place of delivery does not do as it was asked: each kind of trouble in its own words,
// and every one of them fit to be shown.
import type { ApplicationFailure } from '@temporalio/common';
import { expect, it, test } from 'vitest';
import type { DeliveryStep } from '../../activities/delivery/unreachable.ts';
import { conflict, unreachable, unreachableAt } from '../../activities/delivery/unreachable.ts';
import { failure } from '../../schemas/failure.ts';
import type { Refusal } from '../../schemas/failure.ts';
import { isOurText } from '../../worker/guard.ts';

test.each([
  ['connect', 'client-socket', 'the connection was lost while connecting', /when it is back$/],
  ['connect', 'client-timeout', 'no answer in time while connecting', /why it is slow$/],
  ['write', 'closed', 'the connection was lost while writing the draft', /when it is back$/],
  ['rename', 'timeout', 'no answer in time while renaming the draft', /why it is slow$/],
  ['look', 'PERMISSION_DENIED', 'permission denied while looking for the file', /declared write_only$/],
  ['open', 'EROFS', 'permission denied while opening the draft', /for these rights;/],
  ['list', 'NO_SUCH_FILE', 'no such file or folder while listing the answers', /whether the folder is there/],
  ['read', 'ENOENT', 'no such file or folder while reading a file', /what moves drafts away$/],
  ['write', 'ENOSPC', 'no room while writing the draft', /to make room or to raise our quota$/],
  ['rename', 'EISDIR', 'something of another kind in the way while renaming the draft', /to take it away$/],
  ['sync', 'EDQUOT', 'no room while saving the draft', /to make room or to raise our quota$/],
  ['write', 'FAILURE', 'a failure without a reason while writing the draft', /a full disk shows itself so$/],
  [
    'read-back',
    'OTHER_BYTES',
    'other bytes than were written while reading back what was written',
    /what else/,
  ],
  ['subsystem', 'UNKNOWN', 'an error while asking for SFTP', /what its log says$/],
] as const)('%s, %s: %s', (step, reason, found, remedy) => {
  expect(unreachable(step, reason)).toMatchObject({
    type: 'DELIVERY_UNREACHABLE',
    nonRetryable: false,
    details: [
      { code: 'DELIVERY_UNREACHABLE', step, reason, found, remedy: expect.stringMatching(remedy) as string },
    ],
  });
});

const steps = [
  'connect',
  'subsystem',
  'look',
  'open',
  'write',
  'sync',
  'close',
  'read',
  'read-back',
  'rename',
  'list',
] as const satisfies readonly DeliveryStep[];

it('says nothing that the guard before Temporal would keep back', () => {
  const reasons = [
    'closed',
    'timeout',
    'EACCES',
    'ENOENT',
    'EFBIG',
    'FAILURE',
    'OTHER_BYTES',
    'a path /srv/x',
  ];
  const said = [
    conflict('other bytes'),
    conflict('something that is no file'),
    ...steps.flatMap((step) => reasons.map((reason) => unreachable(step, reason))),
    unreachableAt('a place of checkpoints', unreachable('look', 'ENOENT')) as ApplicationFailure,
  ];
  for (const { details } of said) {
    const [words] = (details ?? []) as readonly Partial<Refusal>[];
    for (const text of [words?.found, words?.expected, words?.remedy])
      expect([text, isOurText(text)]).toEqual([text, true]);
  }
});

it('leaves every other failure as it was', () => {
  const other = failure('LEDGER_FORKED', { found: 'another root' });
  expect(unreachableAt('a place of checkpoints', other)).toBe(other);
});
