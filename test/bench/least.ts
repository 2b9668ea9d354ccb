// `node test/bench/least.ts [rows]`: what the evidence and the matching cost at least, against the COPY floor of the same
// run. Each part stands alone and bare: texts are taken as they lie, nothing is normalised, no rule is asked, nothing
// is written. Whatever else a month does comes on top.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachRow } from '../../activities/rows.ts';
import { withConnection } from '../../sql/connect.ts';
import { MerkleRoot } from '../../sql/ledger/merkle.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import { floor } from './floor.ts';
import { makePlace } from './place.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = 3;
const key = `'\\x${'36'.repeat(64)}'::bytea`;
const hmac = (text: string): string => `sha256(${key} || sha256(${key} || convert_to(${text}, 'UTF8')))`;
/** A phone, a reference and two forms of a name: a month has 4.3 a row. */
const texts = [
  "'phone:' || phone_mobile",
  "'reference:' || urn",
  "'person:' || forename || '|' || surname || '|' || postcode",
  "'person:' || left(forename, 1) || '*|' || surname || '|' || postcode",
];
const half = (nth: number): string => `survey.victim_offence where hashtext(crime_no) & 1 = ${String(nth)}`;
/** As many as are left to draw from. */
const framed = 'survey.victim_offence where abs(hashtext(crime_no)) % 10 < 4';

const ask = (url: string, text: string): Promise<void> =>
  withConnection(url, 'bench', async (db) => void (await db.query(text)));

const { DATABASE_URL: _, ...env } = process.env;
const folder = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
const watchdog = await startWatchdog();
watchdog.remove(folder);
const progress = (line: string): unknown => process.stderr.write(`${line}\n`);
const server = await startPostgres({ folder, env, watchdog, progress });
const place = await makePlace(server.adminUrl, folder, rows);
const work = await place.work();

/** Seconds, of two sessions at once where the parts are halves. */
const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  'tokens, four a row, two sessions': () =>
    Promise.all(
      [0, 1].map((nth) =>
        ask(
          place.records,
          `select ${texts.map((text) => `count(${hmac(text)})`).join(', ')} from ${half(nth)}`,
        ),
      ),
    ),
  'four tokens a row past the registers': () =>
    ask(
      work.url,
      `select count(*) from (select int8send(g) || int8send(g) || int8send(g) || int8send(g) as token
         from generate_series(1, ${String(4 * rows)}) g) t
       join (select token from cordon.register_entry union all select token from cordon.contact_history) e using (token)`,
    ),
  'digests of the registers': () => ask(work.url, 'select * from cordon.registers_reckoned()'),
  'frame ids of four rows in ten': () =>
    ask(place.records, `select count(${hmac('victim_ref || crime_no')}) from ${framed}`),
  'their root': () =>
    withConnection(place.records, 'bench', async (db) => {
      const tree = new MerkleRoot();
      await eachRow(
        db,
        `select id from (select encode(sha256(crime_no::bytea), 'hex') as id from ${framed}) f order by id collate "C"`,
        (id = '') => {
          tree.add(id);
        },
      );
    }),
};

try {
  const taken = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    const copied = await floor(place);
    for (const [name, work] of Object.entries(parts)) {
      const from = performance.now();
      await work();
      const ratio = (performance.now() - from) / 1000 / copied;
      // the first round warms up
      if (round > 0) taken.set(name, [...(taken.get(name) ?? []), ratio]);
    }
  }
  const least = [...taken].map(([name, ratios]): [string, number] => [name, Math.min(...ratios)]);
  for (const [name, ratio] of [
    ...least,
    ['together', least.reduce((sum, [, ratio]) => sum + ratio, 0)] as const,
  ])
    process.stdout.write(`${ratio.toFixed(2).padStart(6)} x floor  ${name}\n`);
} finally {
  await work.drop();
  await place.drop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  await watchdog.stop();
}
