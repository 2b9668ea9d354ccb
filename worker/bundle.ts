// What a stranger needs to draw a wave again with the published Python package: the frame as it was drawn, the seed,
// the sizes, what the ledger said, and the few lines that do it. Nobody can be found in it: frame ids are hashes under
// a key that is destroyed, small strata were merged before the draw.
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type pg from 'pg';
import { refuse } from '../schemas/failure.ts';
import type { Body } from '../schemas/leaf.ts';
import type { WaveKey } from '../schemas/ref.ts';
import type { OpenedCheckpoint } from './ledger-prove.ts';
import { proofOf } from './ledger-prove.ts';
import type { Redrawn } from './redraw.ts';
import { drawLeaves, eachOfFrame, withheldOf } from './redraw.ts';

/**
 * @param proofs that these leaves stand in a signed log
 * @throws INPUT unless the folder is new or empty, and for a leaf that the checkpoint does not know
 */
export const writeBundle = async (
  db: pg.Client,
  wave: WaveKey,
  attempts: readonly Redrawn[],
  { attempt, seedSource = '' }: Redrawn,
  folder: string,
  proofs?: { readonly signed: OpenedCheckpoint; readonly key: string },
): Promise<void> => {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw refuse({
      code: 'INPUT',
      found: 'a folder with something in it',
      expected: 'a new or an empty folder',
      remedy: 'name another folder',
    });
  const leaves = await drawLeaves(db, wave, attempt);
  const sampled = leaves.find(({ leaf }) => leaf.type === 'sampled')?.leaf as unknown as Body<'sampled'>;
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  await writeFrame(db, wave, attempt, join(folder, 'frame.csv'));
  await write(
    'withheld.csv',
    csv([['frame_id'], ...(await withheldOf(db, wave, attempt)).map((id) => [id])]),
  );
  await write(
    'sizes.csv',
    csv([
      ['stratum', 'frame', 'withheld', 'sample', 'reserve'],
      ...sampled.strata.map((s) => [s.stratum, s.frame, s.withheld, s.sample, s.reserve]),
    ]),
  );
  await write('seed.txt', sampled.seed);
  await write('ledger.txt', leaves.map(({ index, text }) => `${String(index)}\t${text}\n`).join(''));
  if (proofs) {
    for (const { index } of leaves)
      await write(`${String(index)}.proof`, `${await proofOf(db, index, proofs.signed)}\n`);
    await write('ledger.key', proofs.key);
  }
  await write('README.md', readme(wave, attempts, attempt, seedSource, proofs !== undefined));
};

const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  stringify(rows.map((row) => [...row]));

/** A frame of any size: rows are written as they come. */
const writeFrame = async (db: pg.Client, wave: WaveKey, attempt: number, path: string): Promise<void> => {
  const file = openSync(path, 'wx');
  try {
    let rows: string[][] = [['frame_id', 'stratum']];
    const flush = (): void => {
      writeSync(file, csv(rows));
      rows = [];
    };
    await eachOfFrame(db, wave, attempt, (stratum, frameId) => {
      if (rows.push([frameId, stratum]) >= 10_000) flush();
    });
    flush();
  } finally {
    closeSync(file);
  }
};

const seeds: Readonly<Record<string, string>> = {
  system: "the computer's random generator",
  dice: 'digits that two officers typed, joined in the order in which they came',
  public: 'a public value that `seed-awaited` names, with its day',
};

/** RFC 9162 section 2.1.3.2, as anybody can write it. */
const proofsRead = `
Each \`.proof\` shows that its line of \`ledger.txt\` stands in the log whose size and root are in the checkpoint beside
it, signed by the log's own key; whoever keeps that checkpoint knows a log that was changed since. \`ledger.key\` is that
key: compare it with the one that the force has published.

\`\`\`python
import base64, glob, hashlib, json

lines = dict(line.rstrip("\\n").split("\\t", 1) for line in open("ledger.txt", encoding="utf-8"))
for name in glob.glob("*.proof"):
    file = json.load(open(name, encoding="utf-8"))
    origin, size, root = file["checkpoint"].split("\\n")[:3]
    assert file["leaf"] == lines[str(file["index"])], "the leaf"
    at, last = file["index"], int(size) - 1
    hash = hashlib.sha256(b"\\0" + file["leaf"].encode()).digest()
    for sibling in map(base64.b64decode, file["proof"]):
        left = at % 2 == 1 or at == last
        hash = hashlib.sha256(b"\\1" + (sibling + hash if left else hash + sibling)).digest()
        while left and at % 2 == 0 and at > 0:
            at, last = at // 2, last // 2
        at, last = at // 2, last // 2
    assert last == 0 and base64.b64encode(hash).decode() == root, "the root"
    print(origin, size, file["index"])
\`\`\`
`;

const outcomeOf = ({ outcome }: Redrawn): string => outcome ?? 'open';

const readme = (
  { survey, period }: WaveKey,
  attempts: readonly Redrawn[],
  attempt: number,
  source: string,
  proved: boolean,
): string => `# The draw of ${survey}, ${period}

Who was drawn was decided by chance, in an order that nobody could turn round: first the frame (everybody who could be
drawn, under an id that means nothing elsewhere) was fixed in the ledger, then the seed came, then the draw.

| file           | what                                                                             |
| -------------- | -------------------------------------------------------------------------------- |
| \`frame.csv\`    | everybody who could be drawn, with the stratum; small strata were merged before  |
| \`withheld.csv\` | of these, whom another survey had drawn already                                  |
| \`sizes.csv\`    | how many of each stratum were drawn, and how many more were held in reserve      |
| \`seed.txt\`     | the seed: ${seeds[source] ?? source} |
| \`ledger.txt\`   | what the ledger says of it: index, tab, leaf; a leaf's hash is SHA-256(00 leaf)   |

Tries at this month, the thrown away ones too; this is the draw of try ${String(attempt)}:

${attempts.map((a) => `- ${String(a.attempt)}: ${a.checks.length > 0 ? 'drew' : 'drew nobody'}, ${outcomeOf(a)}`).join('\n')}

To draw again, with the package that Ronald L. Rivest published and that is not ours, in this folder:

\`\`\`
pip install consistent_sampler
\`\`\`

\`\`\`python
import csv, hashlib, json
from consistent_sampler import sampler

def root(hashes):  # RFC 6962, section 2.1
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\\1" + root(hashes[:half]) + root(hashes[half:])).digest()

def table(name):
    return list(csv.DictReader(open(name, encoding="utf-8", newline="")))

frame, withheld = table("frame.csv"), {row["frame_id"] for row in table("withheld.csv")}
seed = open("seed.txt", encoding="utf-8").read()
leaves = [json.loads(line.split("\\t", 1)[1]) for line in open("ledger.txt", encoding="utf-8")]
said = {leaf["type"]: leaf for leaf in leaves}

drawn = ""
for size in table("sizes.csv"):
    ids = [row["frame_id"] for row in frame if row["stratum"] == size["stratum"] and row["frame_id"] not in withheld]
    take = int(size["sample"]) + int(size["reserve"])
    for rank, id in enumerate(sampler(ids, seed, take=take, output="id"), 1):
        drawn += "%s\\t%d\\t%s\\n" % (size["stratum"], rank, id)
print(drawn, end="")

order = [leaf["type"] for leaf in leaves if leaf["type"] != "seed-awaited"]
assert order == ["frame-committed", "seed-drawn", "sampled"], "the order of the ledger"
units = [("\\0%s\\t%s" % (row["stratum"], row["frame_id"])).encode() for row in frame]
assert root([hashlib.sha256(unit).digest() for unit in units]).hex() == said["frame-committed"]["root"], "the frame"
assert seed == said["seed-drawn"]["seed"] == said["sampled"]["seed"], "the seed"
assert hashlib.sha256(drawn.encode()).hexdigest() == said["sampled"]["drawnSha256"], "the draw"
\`\`\`

It prints who was drawn, as stratum, rank and frame id, and stops with the name of what does not agree.
${proved ? proofsRead : ''}`;
