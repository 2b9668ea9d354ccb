import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tuple } from '../../activities/source/binary.ts';
import { records } from '../../activities/source/records.ts';
import { openSource } from '../../activities/source/source.ts';
import type { Loaded } from '../../activities/source/source.ts';
import type { Refusal } from '../../schemas/failure.ts';
import type { TestDatabase } from '../database.ts';
import { createDatabase } from '../database.ts';
import type { Kind } from './source.conformance.ts';
import { conformance, load, period, refusal, relation, request, withArrived } from './source.conformance.ts';

const folders: string[] = [];
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'drop-'));
  folders.push(folder);
  return folder;
};
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const fileName = `victim_offence-${period}.csv`;

/** Rows made as they are written. */
const writeMany = (path: string, columns: readonly string[], rows: number): Promise<void> =>
  pipeline(
    Readable.from(
      (function* () {
        yield stringify([columns]);
        // nothing in them needs a quote
        const line = (row: number) => `${columns.map(() => `v${row}`).join()}\n`;
        for (let from = 1; from <= rows; from += 1_000)
          yield Array.from({ length: Math.min(1_000, rows - from + 1) }, (_, i) => line(from + i)).join('');
      })(),
    ),
    createWriteStream(path),
  );

const kind = async (): Promise<Kind> => {
  const folder = await newFolder();
  return {
    give: (columns, rows) =>
      writeFile(join(folder, fileName), stringify([columns, ...rows], { record_delimiter: '\r\n' })),
    giveMany: (columns, rows) => writeMany(join(folder, fileName), columns, rows),
    open: () => openSource(pathToFileURL(folder).href, period),
  };
};

conformance('CSV drop', kind);

describe('a CSV drop', () => {
  let database: TestDatabase;
  let folder: string;
  let path: string;
  beforeAll(async () => {
    database = await createDatabase({ name: 'drops' });
  });
  beforeEach(async () => {
    folder = await newFolder();
    path = join(folder, fileName);
  });
  afterAll(() => database.drop());

  const open = () => openSource(pathToFileURL(folder).href, period);
  const abc = ['a', 'b', 'c'];

  /** What arrives from a file of these bytes; text is UTF-8. */
  const read = async (
    bytes: string | Buffer,
    columns: readonly string[] = abc,
  ): Promise<Loaded & { rows: (string | null)[][] }> => {
    await writeFile(path, bytes);
    return withArrived(database.url, columns.length, async (tx) => {
      const loaded = await load(await open(), tx, request(columns));
      const { rows } = await tx.query({ text: 'table arrived', rowMode: 'array' });
      return { ...loaded, rows: rows as (string | null)[][] };
    });
  };
  const refused = (bytes: string | Buffer, columns = abc): Promise<Refusal> => refusal(read(bytes, columns));
  const inspected = async (columns = abc): Promise<boolean> => (await open()).inspect(request(columns));

  it('takes what RFC 4180 allows: CRLF or LF, quotes, breaks and commas within, no break at the end', async () => {
    const rows = [
      ['1', 'x,y', 'say "no"'],
      ['2', 'one\r\ntwo', null],
      ['3', null, ' z '],
    ];
    const text = 'a,b,c\r\n1,"x,y","say ""no"""\r\n2,"one\r\ntwo",""\r\n3,, z ';
    expect(await read(text)).toMatchObject({ rows, refused: [] });
    expect(await read(`${text}\r\n`)).toMatchObject({ rows, refused: [] });
    expect(await read(text.replaceAll('\r\n', '\n'))).toMatchObject({
      rows: [rows[0], ['2', 'one\ntwo', null], rows[2]],
      refused: [],
    });
  });

  it('looks at the header of a file of any length, and waits for no more of it', async () => {
    for (const rows of [0, 1, 100_000]) {
      await writeFile(path, `a,b,c\r\n${'1,2,3\r\n'.repeat(rows)}`);
      await inspected();
      await expect(inspected(['a', 'z'])).rejects.toThrow('SOURCE_COLUMN_MISSING');
    }
  });

  it('says of a record that is too long, and of lines that end with CR alone, what they are', async () => {
    const long = await refused(`a,b,c\n1,2,3\n4,${'x'.repeat(2 ** 20 + 1)},6\n7,8,9\n`);
    expect(long).toMatchObject({ code: 'SOURCE_DROP_MALFORMED' });
    expect(long.found).toContain('a record of more than 1 MiB, record 3');
    await writeFile(path, 'a,b,c\r1,2,3\r');
    expect((await refusal(inspected())).found).toContain('ends its lines with CR alone');
  });

  it('takes a byte order mark for what it is, and still sees bytes that are not UTF-8', async () => {
    const marked = Buffer.concat([
      Buffer.from('\ufeffa,b,c\n1,Zoë,3\n2,Zo'),
      Buffer.from([0xeb]),
      Buffer.from(',3\n'),
    ]);
    expect(await read(marked)).toMatchObject({
      rows: [['1', 'Zoë', '3']],
      refused: [{ record: 3, code: 'ROW_ENCODING' }],
    });
  });

  it('finds columns by name whatever their order, and never reads the others', async () => {
    const { rows, refused } = await read('x,c,a,b\nsecret,3,1,2\n\xff,6,4,5\n'.replace('\xff', '\0'));
    expect(rows).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
    ]);
    expect(refused).toEqual([]);
  });

  it('refuses row by row what is ragged, badly encoded or holds NUL, and loads all others', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a,b,c\n1,ok,x\n2,short\n3,much,too,long\n\n4,ok,x\n5,'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(',x\n6,nul\0,x\n7,ok,x\n8,'),
      Buffer.from('£', 'latin1'),
      Buffer.from(',x\n9,ok,x'),
    ]);
    const loaded = await read(bytes);
    expect(loaded.rows.map(([a]) => a)).toEqual(['1', '4', '7', '9']);
    // as a spreadsheet counts them: header 1, the blank line 5
    expect(loaded.refused).toEqual([
      { record: 3, code: 'ROW_WIDTH' },
      { record: 4, code: 'ROW_WIDTH' },
      { record: 7, code: 'ROW_ENCODING' },
      { record: 8, code: 'ROW_NUL' },
      { record: 10, code: 'ROW_ENCODING' },
    ]);
    expect(loaded.arrived).toBe(4);
  });

  it.each([
    ['text after a closing quote', '2,"bro"ken,x'],
    ['a quote inside a plain field', '2,O\'Ne"ill,x'],
    ['several of both', '2,"a "b" c",d"e"f'],
    ['a quote that is doubled once too often', '2,"""",x"'],
    ['a wrong width as well', '2,"bro"ken'],
    ['quotes at both ends of a word in quotes', '2,""Bob" Smith",x'],
  ])('refuses the one row with %s, and loses none beside it', async (_, row) => {
    for (const end of ['\n', '\r\n']) {
      const loaded = await read(
        ['a,b,c', '1,"one, ""1""",x', row, '3,"three\n3",x', '4,four,x', ''].join(end),
      );
      expect(loaded.rows.map(([a]) => a)).toEqual(['1', '3', '4']);
      expect(loaded.refused).toEqual([{ record: 3, code: 'ROW_QUOTING' }]);
    }
  });

  it('takes every file that a proper writer writes, wherever it is cut into chunks', async () => {
    const cell = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'x', 'é', ' ') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (rows, record_delimiter, quoted, size) => {
          const text = stringify([abc, ...rows], { record_delimiter, quoted, quoted_match: /[\r\n]/ });
          const bytes = Buffer.from(text);
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
            bytes.subarray(i * size, (i + 1) * size),
          );
          const { parser, refused } = records(fileName, abc);
          const given = await Readable.from(chunks).pipe(parser).toArray();
          expect(refused).toEqual([]);
          expect(given).toEqual(
            rows.map((row) => tuple(row.map((value) => Buffer.from(value).toString('latin1') || null))),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('counts the records behind faulty ones rightly', async () => {
    const loaded = await read('a,b,c\n1,"x"y,z\n2,x"y,z\n3,"x\ny",z\n4,"x"y,z\n5,short\n6,ok,z\n');
    expect(loaded.rows.map(([a]) => a)).toEqual(['3', '6']);
    expect(loaded.refused).toEqual([
      { record: 2, code: 'ROW_QUOTING' },
      { record: 3, code: 'ROW_QUOTING' },
      { record: 5, code: 'ROW_QUOTING' },
      { record: 6, code: 'ROW_WIDTH' },
    ]);
  });

  it.each([
    ['up to the next quote', 'a,b,c\n1,x,y\n2,"open,y\n3,"x, y",z\n4,x,y\n', 3],
    ['up to the end of the file', 'a,b,c\n1,x,y\n2,"open,y\n3,x,y\n4,x,y\n', 3],
    ['at the end of a row in quotes', '"a","b","c"\n"1","x","y\n"2","x","y"\n', 2],
    ['up to a place where a quote may close', 'a,b,c\n1,x,y\n2,x,"open\n3,x,y\n4,p",q\n5,x,y\n', 3],
    ['behind a row that is refused itself', 'a,b,c\n1,x"y,"z\n2,x,y\n3,"x",y\n4,x,y\n', 3],
    ['into a row that is refused itself', 'a,b,c\n1,x"y,"z\n2,x,y"\n3,x,y\n', 2],
  ])('refuses the file when an open quote swallows rows %s', async (_, text, record) => {
    const no = await refused(text);
    expect(no.code).toBe('SOURCE_DROP_MALFORMED');
    expect(no.found).toContain(`record ${record},`);
  });

  it('refuses the file when an open quote would fill the memory', async () => {
    const no = await refused(
      Buffer.concat([Buffer.from('a,b,c\n1,"x,y\n'), Buffer.alloc(3_000_000, 'v,\n')]),
    );
    expect(no).toMatchObject({ code: 'SOURCE_DROP_MALFORMED' });
  });

  it('refuses a header without a needed column by its name, spelt and capitalised alike', async () => {
    const no = await refused('a,B,other\n1,2,3\n');
    expect(no).toMatchObject({ code: 'SOURCE_COLUMN_MISSING' });
    expect(no.found).toContain('"b"');
    await expect(inspected()).rejects.toThrow('SOURCE_COLUMN_MISSING');
  });

  it('shows no word of a first line that is no header', async () => {
    const canary = `surnam${randomBytes(8).toString('hex')}`;
    for (const line of [`V1,${canary},surnane`, `"${canary}"x,b`]) {
      const no = await refused(`${line}\n${line}\n`, ['surname', 'victim_ref']);
      expect(JSON.stringify(no)).not.toContain(canary);
      expect(JSON.stringify(no)).not.toContain('surnane');
    }
  });

  it('refuses a column that stands twice when it is needed, and not when it is not', async () => {
    expect(await refused('a,b,c,b\n1,2,3,4\n')).toMatchObject({ code: 'SOURCE_DROP_MALFORMED' });
    expect((await read('a,b,c,x,x\n1,2,3,4,5\n')).rows).toEqual([['1', '2', '3']]);
  });

  it.each([
    ['empty', ''],
    ['a byte order mark alone', '\ufeff'],
    ['blank lines', '\n\n'],
    ['UTF-16', Buffer.from('\ufeffa,b,c\n1,2,3\n', 'utf16le')],
    ['one endless line', Buffer.alloc(100_000, 'a,')],
    ['a header in an open quote', '"a,b,c\n1,2,3\n'],
  ])('refuses a file that is %s, at the door and at the load', async (_, bytes) => {
    const no = await refused(bytes);
    expect(no.code).toMatch(/^SOURCE_(?:DROP_MALFORMED|COLUMN_MISSING)$/);
    expect((await refusal(inspected())).code).toMatch(/^SOURCE_(?:DROP_MALFORMED|COLUMN_MISSING)$/);
  });

  it('names the file that it misses, and not the folder', async () => {
    for (const no of [await refusal(inspected()), await refused2()]) {
      expect(no.code).toBe('SOURCE_DROP_MISSING');
      expect(no.expected).toContain(fileName);
      expect(JSON.stringify(no)).not.toContain(folder);
    }
  });
  const refused2 = (): Promise<Refusal> =>
    refusal(withArrived(database.url, 3, async (tx) => load(await open(), tx, request(abc))));

  it('waits for a file that is still being delivered, and takes it once it is renamed', async () => {
    await writeFile(`${path}.part`, 'a,b,c\n1,2,3\n');
    expect(await refusal(inspected())).toMatchObject({ code: 'SOURCE_DROP_MISSING' });
    await writeFile(path, 'a,b,c\n');
    expect(await refusal(inspected())).toMatchObject({ code: 'SOURCE_DROP_MISSING' });
    await rename(`${path}.part`, path);
    await inspected();
  });

  it.each([
    ['grows', () => appendFile(path, '9,9,9\n')],
    ['is touched', () => utimes(path, new Date(), new Date(Date.now() + 5_000))],
    [
      'is replaced',
      async () => {
        await writeFile(`${path}.new`, 'a,b,c\n1,2,3\n');
        await rename(`${path}.new`, path);
      },
    ],
    ['goes away', () => rm(path)],
  ])('refuses a file that %s while it is read', async (_, change) => {
    await writeMany(path, abc, 50_000);
    let changed: Promise<void> | undefined;
    const loading = withArrived(database.url, 3, async (tx) =>
      load(await open(), tx, request(abc), {
        heartbeat: () => {
          changed ??= change();
        },
      }),
    );
    expect(await refusal(loading)).toMatchObject({ code: 'SOURCE_DROP_MALFORMED' });
    await changed;
  });

  it('says that a folder is not there or no folder, without saying where', async () => {
    for (const where of ['absent', fileName]) {
      await writeFile(path, 'a,b,c\n');
      const source = await openSource(pathToFileURL(join(folder, where)).href, period);
      const no = await refusal(source.inspect(request(abc)));
      expect(no).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
      expect(JSON.stringify(no)).not.toContain(folder);
    }
  });

  it('takes no directory for a file, and leaves its folder for no relation', async () => {
    await mkdir(path);
    expect(await refusal(inspected())).toMatchObject({ code: 'SOURCE_DROP_MISSING' });
    const source = await open();
    const outside = { ...request(abc), relation: ['../victim_offence'] };
    await expect(source.inspect(outside)).rejects.toMatchObject({ type: 'INPUT' });
  });

  it('hashes the bytes of the file and takes its time for freshness', async () => {
    const bytes = Buffer.from('\ufeffa,b,c\n1,2,3\n');
    await writeFile(path, bytes);
    const at = new Date('2026-11-01T06:30:00Z');
    await utimes(path, at, at);
    const loaded = await withArrived(database.url, 3, async (tx) => load(await open(), tx, request(abc)));
    expect(loaded.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(loaded.asOf).toBe(at.toISOString());
  });

  it('erases its file, once and again, and no other', async () => {
    const other = join(folder, 'victim_offence-2026-09.csv');
    await Promise.all([writeFile(path, 'a,b,c\n'), writeFile(other, 'a,b,c\n')]);
    const source = await open();
    await source.drop?.erase(relation);
    await source.drop?.erase(relation);
    expect(await refusal(source.inspect(request(abc)))).toMatchObject({ code: 'SOURCE_DROP_MISSING' });
    expect((await createReadStream(other).toArray()).join('')).toBe('a,b,c\n');
  });

  it('needs no more memory for 200,000 rows than for a few', async () => {
    const columns = Array.from({ length: 12 }, (_, i) => `column_${i}`);
    const run = async (rows: number): Promise<number> => {
      await writeMany(path, columns, rows);
      const before = process.memoryUsage.rss();
      let most = before;
      await withArrived(database.url, 12, async (tx) => {
        const loaded = await load(await open(), tx, request(columns), {
          heartbeat: () => (most = Math.max(most, process.memoryUsage.rss())),
        });
        expect(loaded.arrived).toBe(rows);
      });
      return most - before;
    };
    await run(20_000);
    expect(await run(200_000)).toBeLessThan(60 * 2 ** 20);
  });
});

describe('the address of a source', () => {
  it('is a PostgreSQL server or a folder, and nothing else, and is not repeated', async () => {
    for (const url of ['mysql://u:hidden@host/db', 'hidden', '']) {
      const thrown = await openSource(url, period).catch((e: unknown) => e as Error);
      expect(thrown).toMatchObject({ type: 'INPUT' });
      expect(JSON.stringify(thrown)).not.toContain('hidden');
    }
  });
});
