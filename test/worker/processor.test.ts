// The survey company as PROCESSOR.md has it: this test runs the very commands of that page, with real GnuPG, a checksum
// tool and what a text editor would write, and Cordon hears every answer.
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unzipSync } from 'fflate';
import { contactOutcomes } from '../../schemas/leaf.ts';
import type { Ref, WaveKey } from '../../schemas/ref.ts';
import { projectRoot } from '../../worker/stack/runfolder.ts';
import type { Hands } from '../activities/hands.ts';
import { openHands, value } from '../activities/hands.ts';
import type { Gpg } from '../gpg.ts';
import { openGpg } from '../gpg.ts';
import { askRecall } from '../../worker/recall.ts';

let hands: Hands;
let gpg: Gpg;
let desk: string;
let page: string;
let wave: WaveKey;
let sent: Ref<'transferred'>;
let name: string;
beforeAll(async () => {
  [hands, gpg, page, desk] = await Promise.all([
    openHands(),
    openGpg(),
    readFile(join(projectRoot, 'worker', 'PROCESSOR.md'), 'utf8'),
    mkdtemp(join(tmpdir(), 'desk-')),
  ]);
  const { keys, processor } = hands.installation;
  for (const key of [keys.recipient.privateKey, keys.answers.privateKey, keys.sender.publicKey])
    await gpg.importKey(key);
  wave = await hands.month();
  sent = await hands.upTo(await hands.open(wave), 'transfer');
  name = (await readdir(processor.inbound)).find((file) => file.endsWith('.pgp')) ?? '';
});
afterAll(async () => {
  await hands.close();
  await gpg[Symbol.asyncDispose]();
  await rm(desk, { recursive: true });
});

/** The n-th block of that language on the page, with the company's own words in it. */
const block = (language: 'sh' | 'json', nth: number): string => {
  const all = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  const text = all[nth]?.[1];
  if (text === undefined) throw new Error(`the page has no ${language} block ${String(nth)}`);
  const { fingerprint } = hands.installation.keys.answers;
  return text.replaceAll('NAME', name).replaceAll('ANSWERS', fingerprint).replaceAll('recall-7', recall);
};
let recall = 'recall-7';

const fetch = async (...files: readonly string[]): Promise<void> => {
  for (const file of files)
    await copyFile(join(hands.installation.processor.inbound, file), join(desk, file));
};
/** As somebody types it. */
const type = (text: string): { status: number | null; out: string } => {
  const env = { PATH: process.env['PATH'], GNUPGHOME: gpg.home, LC_ALL: 'C' };
  const script = `set -e\nalias gpg='gpg --batch --yes --trust-model always'\n${text}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: desk, env, encoding: 'utf8' });
  return { status, out: `${stdout}${stderr}` };
};
/** The n-th of the page's answers, as a text editor fills it in. */
const filled = (nth: number): string =>
  block('json', nth)
    .replace('SURVEY', wave.survey)
    .replace('PERIOD', wave.period)
    .replace('SHA256', type(`sha256sum ${name}`).out.slice(0, 64));
const answer = async (kind: string, file: string, records: number): Promise<void> => {
  const text = filled(0)
    .replace('"receipt"', `"${kind}"`)
    .replace('"records": 0', `"records": ${String(records)}`)
    .replace(/"at": "[^"]+"/, `"at": "${new Date().toISOString()}"`);
  await writeFile(join(desk, file), text);
};
/** The first column of what was decrypted. */
const references = async (): Promise<string[]> => {
  const files = unzipSync(await readFile(join(desk, `${name}.zip`)));
  const lines = Buffer.from(files['contacts.csv'] ?? [])
    .toString('utf8')
    .trimEnd()
    .split('\r\n');
  return lines.slice(1).map((line) => line.slice(1, line.indexOf('"', 1)));
};
const exceptions = async () =>
  (await hands.leaves(wave, 'exception')).filter(({ found }) => found !== undefined);
/** Signature first, answer last. */
const put = async (file: string): Promise<void> => {
  for (const each of [`${file}.sig`, file])
    await copyFile(join(desk, each), join(hands.installation.processor.outbound, each));
};

test('opens what has arrived, and knows that it is whole and the force’s', async () => {
  await fetch(name, `${name}.manifest.json`, `${name}.manifest.json.sig`);
  const checked = type(block('sh', 0));
  expect(checked.status).toBe(0);
  expect(checked.out).toContain('Good signature');
  const [sha256 = 'none'] = /[0-9a-f]{64}/.exec(checked.out) ?? [];
  expect(await readFile(join(desk, `${name}.manifest.json`), 'utf8')).toContain(`"sha256":"${sha256}"`);
  const opened = type(block('sh', 1));
  expect(opened.status).toBe(0);
  expect(opened.out).toContain('Good signature');
  expect(await references()).toHaveLength(sent.rows);
});

test('answers with a receipt, which a wrong number spoils and a corrected one mends', async () => {
  for (const [records, heard] of [
    [sent.rows + 1, { ok: false, refusal: { code: 'RECEIPT_MISMATCH' } }],
    [sent.rows, { ok: true, value: { receipt: 'agrees' } }],
  ] as const) {
    await answer('receipt', `${name}.receipt.json`, records);
    expect(type(block('sh', 2)).status).toBe(0);
    await put(`${name}.receipt.json`);
    for (const _ of [1, 2]) expect(await hands.acts.receive(sent)).toMatchObject(heard);
  }
  expect(await exceptions()).toMatchObject([{ code: 'RECEIPT_REFUSED', found: 'another records' }]);
});

test('stops whom a recall names, and says so', async () => {
  const { urls } = hands.installation;
  const [drawn] = await hands.query<{ ref: string }>(
    `select key[1] as ref from wave_${wave.survey.replaceAll('-', '_')}_${wave.period.replace('-', '')}_1.sampled
     where state = 'in' limit 1`,
  );
  const [row] = await hands.atSource('select urn from survey.victim_offence where victim_ref = $1', [
    drawn?.ref,
  ]);
  const asked = await askRecall(
    urls.clerk,
    hands.deps.secrets.tokenKey,
    { reference: String(row?.['urn']) },
    { officer: 'c.clerk', because: 'opted-out' },
  );
  const id = asked[0]?.id ?? 0;
  recall = `recall-${String(id)}`;
  expect(value(await hands.acts.recall({ id }))).toMatchObject({ acknowledged: false });
  const notice = `${name}.${recall}.json`;
  await fetch(notice, `${notice}.sig`);
  expect(type(`gpg --verify ${notice}.sig ${notice}`).out).toContain('Good signature');
  const { survey_refs: refs } = JSON.parse(await readFile(join(desk, notice), 'utf8')) as {
    survey_refs: string[];
  };
  expect(await references()).toContain(refs[0]);
  await answer('acknowledgement', `${name}.${recall}.acknowledgement.json`, refs.length);
  expect(type(block('sh', 3)).status).toBe(0);
  await put(`${name}.${recall}.acknowledgement.json`);
  expect(value(await hands.acts.recall({ id }))).toMatchObject({ acknowledged: true });
});

test('reports what the interviewers find, again with more, up to the certificate', async () => {
  const [first = '', second = ''] = await references();
  const once = filled(1).replace('REFERENCE', first);
  const one = /\{ "survey_ref".*\}/.exec(once)?.[0] ?? '';
  const and = (more: string) => once.replace(one, `${one},\n    ${more}`);
  const lay = async (text: string): Promise<void> => {
    await writeFile(join(desk, `${name}.outcomes.json`), text);
    expect(type(block('sh', 4)).status).toBe(0);
    await put(`${name}.outcomes.json`);
  };
  await lay(and(one.replace('opted-out', 'completed')));
  expect(await hands.acts.outcomes(sent)).toMatchObject({ refusal: { found: 'wrong: outcomes' } });
  await lay(once);
  expect(await hands.acts.outcomes(sent)).toMatchObject({ value: { taken: 1 } });
  await lay(and(one.replace(first, second).replace('opted-out', 'distressed')));
  expect((await exceptions()).map(({ code }) => code)).toEqual(['RECEIPT_REFUSED', 'OUTCOMES_REFUSED']);
  const [, ...outcomes] = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, outcome]) => outcome);
  expect(outcomes).toEqual(contactOutcomes);
});

test('certifies the destruction, and the copy counts as erased', async () => {
  await hands.query(`update cordon.copy set due_at = now() where kind = 'delivered'`);
  const { copies } = await hands.acts.copies(wave);
  const id = copies.find(({ kind }) => kind === 'delivered')?.id ?? 0;
  expect(await hands.acts.purge({ id })).toMatchObject({ value: { outcome: 'awaiting-certificate' } });
  await rm(join(hands.installation.processor.inbound, name));
  await answer('certificate', `${name}.certificate.json`, sent.rows - 1);
  type(block('sh', 5));
  await put(`${name}.certificate.json`);
  for (const _ of [1, 2])
    expect(await hands.acts.purge({ id })).toMatchObject({ refusal: { code: 'RECEIPT_MISMATCH' } });
  expect((await exceptions()).map(({ code }) => code).slice(2)).toEqual(['CERTIFICATE_REFUSED']);
  await answer('certificate', `${name}.certificate.json`, sent.rows);
  expect(type(block('sh', 5)).status).toBe(0);
  await put(`${name}.certificate.json`);
  expect(await hands.acts.purge({ id })).toMatchObject({ value: { outcome: 'erased' } });
  // the second report, which no sweep had read
  expect((await hands.leaves(wave, 'outcome')).map(({ taken }) => taken)).toEqual([
    [{ outcome: 'opted-out', count: 1 }],
    [{ outcome: 'distressed', count: 1 }],
  ]);
  expect(await hands.leaves(wave, 'certificate')).toHaveLength(1);
});

test('the page needs no other program than GnuPG and a checksum tool', () => {
  const programs = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .flatMap(([, text = '']) => text.trimEnd().split('\n'))
    .map((line) => line.split(' ')[0]);
  expect(new Set(programs)).toEqual(new Set(['gpg', 'sha256sum']));
});
