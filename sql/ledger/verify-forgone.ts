// Months that officers have forgone: by one of them, taken back by two, and the table of both as the ledger tells it.
import type { Connection } from '../connect.ts';
import type { Of, Wrong } from './story-copy.ts';
import type { Fault } from './verify.ts';

/** `survey/2026-10` to the how manyth time, and whether all later months are forgone with it. */
export type ToldForgone = Map<string, { readonly ordinal: number; readonly ended: boolean }>;

export const isForgone = (told: ToldForgone, month: string): boolean =>
  told.has(month) ||
  [...told].some(([since, { ended }]) => {
    const [survey, period] = since.split('/');
    const [of, asked = ''] = month.split('/');
    return ended && of === survey && (period ?? '') <= asked;
  });

export const tellForgone = (told: ToldForgone, leaf: Of<'forgone'>, wrong: Wrong): void => {
  const { survey = '', period = '', ordinal, because, officers } = leaf;
  const month = `${survey}/${period}`;
  const back = because === 'taken-back';
  if (back ? told.get(month)?.ordinal !== ordinal : isForgone(told, month))
    wrong('ORDER', `${month} ${back ? 'taken back' : 'forgone'}`, 'each once, the one after the other');
  if (back && new Set(officers).size < 2)
    wrong('ORDER', `${month} taken back by one officer`, 'two officers');
  if (back) told.delete(month);
  else told.set(month, { ordinal, ended: because === 'survey-ended' });
};

export const compareForgone = async (db: Connection, told: ToldForgone): Promise<Fault[]> => {
  const { rows } = await db.query<{ month: string; ordinal: number }>(
    `select survey || '/' || period as month, ordinal from cordon.forgone where taken_back_at is null`,
  );
  const there = new Map(rows.map(({ month, ordinal }) => [month, ordinal]));
  return [...new Set([...there.keys(), ...told.keys()])]
    .filter((month) => there.get(month) !== told.get(month)?.ordinal)
    .map((month) => ({
      rule: 'TABLE',
      found: `${month} that is ${there.has(month) ? '' : 'not '}forgone`,
      expected: 'what the ledger tells of it',
    }));
};
