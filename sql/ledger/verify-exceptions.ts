// Exceptions as the ledger tells them: none ends that has not begun, and their table says of each what was told last.
import { toldAtOnce } from '../../schemas/exception.ts';
import type { Leaf } from '../../schemas/leaf.ts';
import type { Connection } from '../connect.ts';
import type { Fault } from './verify.ts';

type ToldException = Extract<Leaf, { readonly type: 'exception' | 'exception-closed' }>;

/** What an exception is about, to whether it stands. */
export type ToldExceptions = Map<string, boolean>;

type About = Pick<ToldException, 'code' | 'owner'> &
  Partial<Record<'survey' | 'period' | 'subject', string | null>> & { readonly attempt?: number | null };

const aboutOf = ({ code, survey, period, attempt, subject, owner }: About): string =>
  [code, survey, period, attempt, subject, owner].map((part) => String(part ?? '')).join(' ');

/** @returns whether it fits what was told before */
export const tellException = (told: ToldExceptions, leaf: ToldException): boolean => {
  const about = aboutOf(leaf);
  const fits = leaf.type === 'exception' || told.get(about) === true;
  told.set(about, leaf.type === 'exception');
  return fits;
};

export const compareExceptions = async (db: Connection, told: ToldExceptions): Promise<Fault[]> => {
  const { rows } = await db.query<About & { open: boolean }>(
    `select distinct on (code, survey, period, attempt, subject, owner) code, survey, period, attempt, subject, owner,
       closed_at is null as open
     from cordon.exception order by code, survey, period, attempt, subject, owner, id desc`,
  );
  return rows.flatMap(({ open, ...row }): Fault[] =>
    // one that an activity told again is in the table once it is swept
    told.get(aboutOf(row)) === open || (!open && Object.hasOwn(toldAtOnce, row.code))
      ? []
      : [
          {
            rule: 'TABLE',
            found: `${row.code} that is ${open ? 'open' : 'closed'}`,
            expected: 'what the ledger tells of it',
          },
        ],
  );
};
