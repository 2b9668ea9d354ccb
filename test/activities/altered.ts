// Registers that are not what the ledger says, after changes that are then undone.
import { withConnection } from '../../sql/connect.ts';
import { reckoned } from '../../sql/reckoned.ts';

export const alteredBy =
  (adminUrl: string) =>
  (...changes: readonly string[]): Promise<string[]> =>
    withConnection(adminUrl, 'hand', async (admin) => {
      await admin.query('begin');
      for (const change of changes) await admin.query(change);
      const { rows } = await admin.query<{ register: string }>(reckoned);
      await admin.query('rollback');
      return rows.map(({ register }) => register);
    });
