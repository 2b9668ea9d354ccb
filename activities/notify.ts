// Sends what each channel has not been told: what was raised and stands, and that what it was told of has gone. At
// least once: what was sent and could not be noted is sent again.
import type { Cause } from '../schemas/exception.ts';
import { readExceptions, reconcile } from '../sql/exceptions.ts';
import type { Deps } from './deps.ts';
import type { Channel } from './notice/channel.ts';
import { transact } from './transact.ts';

export const notify = (deps: Pick<Deps, 'pool' | 'channels'>) => async () => {
  let told = 0;
  const unsent: Cause[] = [];
  for (const channel of deps.channels ?? []) {
    const sent = await tell(deps, channel);
    if (sent === undefined) unsent.push({ code: 'NOTICE_UNSENT', subject: channel.name });
    else told += sent;
  }
  await transact(deps.pool, (tx) => reconcile(tx, [{ looked: ['NOTICE_UNSENT'], found: unsent }]));
  return { told };
};

const isTold = (event: string) => `exists (select from cordon.exception_notice n
  where (n.exception, n.event, n.channel) = (x.id, '${event}', $1))`;

/** @returns how many; undefined when it could not be sent */
const tell = async ({ pool }: Pick<Deps, 'pool'>, channel: Channel): Promise<number | undefined> => {
  const raised = await readExceptions(pool, `x.closed_at is null and not ${isTold('raised')}`, [
    channel.name,
  ]);
  const closed = await readExceptions(
    pool,
    `x.closed_at is not null and ${isTold('raised')} and not ${isTold('closed')}`,
    [channel.name],
  );
  if (raised.length + closed.length === 0) return 0;
  try {
    await channel.send({ raised, closed });
  } catch {
    // its words may hold an address or a password
    return undefined;
  }
  const all = [
    ...raised.map(({ id }) => ({ id, event: 'raised' })),
    ...closed.map(({ id }) => ({ id, event: 'closed' })),
  ];
  await pool.query(
    `insert into cordon.exception_notice (exception, event, channel)
     select n.id, n.event, $2 from jsonb_to_recordset($1) n(id bigint, event text) on conflict do nothing`,
    [JSON.stringify(all), channel.name],
  );
  return all.length;
};
