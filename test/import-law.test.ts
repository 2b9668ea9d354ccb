// Who may import whom, and what may be written where. The bundler does not enforce any of it.
// Every law is a function of one file, so that the violation planted beside it shows that it bites.
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { computed, importsOf, loadedWith, withoutComments } from './imports.ts';
import { projectFiles, projectPaths } from './tree.ts';
import type { SourceFile } from './tree.ts';

type Law = (file: SourceFile) => readonly string[];

const rooms = ['schemas', 'sql', 'activities', 'workflows', 'worker', 'test'] as const;
const roomOf = (path: string): string => path.split('/')[0] ?? '';
const isOurs = (target: string): boolean => rooms.some((room) => target.startsWith(`${room}/`));
const packageOf = (target: string): string =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');

/** What each room may import of ours; types and values alike. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  schemas: ['schemas'],
  sql: ['sql', 'schemas'],
  activities: ['activities', 'sql', 'schemas'],
  workflows: ['workflows', 'worker', 'activities', 'sql', 'schemas'],
  worker: ['worker', 'workflows', 'activities', 'sql', 'schemas'],
  test: rooms,
};

const direction: Law = (file) =>
  importsOf(file)
    .filter(({ target }) => isOurs(target) && !mayImport[roomOf(file.path)]?.includes(roomOf(target)))
    .map(({ target }) => `${roomOf(file.path)} imports ${target}`);

const insideTheProject: Law = (file) =>
  importsOf(file)
    .filter(({ target }) => target.startsWith('..') || (target === computed && roomOf(file.path) !== 'test'))
    .map(({ target }) => `imports ${target}`);

/** Code that the workflow sandbox bundles: what it may import as a value. */
const sandboxed: Law = (file) => {
  const allowed =
    file.path === 'worker/guard.ts'
      ? ['schemas/failure.ts', 'schemas/staff.ts', '@temporalio/common', 'zod']
      : roomOf(file.path) === 'workflows'
        ? [
            'schemas/failure.ts',
            'schemas/period.ts',
            '@temporalio/common',
            '@temporalio/workflow',
            'workflows',
          ]
        : undefined;
  return importsOf(file)
    .filter(({ target, kind }) => allowed && kind === 'value' && !allowed.includes(target))
    .filter(({ target }) => !(allowed?.includes('workflows') && roomOf(target) === 'workflows'))
    .map(({ target }) => `imports ${target} as a value into the sandbox`);
};

const bundledSchemas = ['schemas/failure.ts', 'schemas/period.ts', 'schemas/staff.ts'];
const bare: Law = (file) =>
  bundledSchemas.includes(file.path)
    ? importsOf(file)
        .filter(({ target }) => ![...bundledSchemas, '@temporalio/common'].includes(target))
        .map(({ target }) => `imports ${target}, and is bundled`)
    : [];

const onlyIn =
  (packages: RegExp, ...allowed: readonly string[]): Law =>
  (file) =>
    importsOf(file)
      .filter(
        ({ target }) =>
          packages.test(packageOf(target)) && !allowed.some((a) => file.path.startsWith(`${a}/`)),
      )
      .map(({ target }) => `${roomOf(file.path)} imports ${target}`);

const unwritten =
  (pattern: RegExp, ...where: readonly string[]): Law =>
  (file) =>
    where.includes(roomOf(file.path))
      ? [...withoutComments(file.text).matchAll(pattern)].map(([found]) => `writes ${found}`)
      : [];

const environment =
  /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[\s*['"`]env|\benv\b[^;'"]*\bfrom\s*['"](?:node:)?process['"]/g;

/** law, the file planted to break it, what it must say; the last is a near miss that it must let through */
const laws: readonly [name: string, law: Law, planted: SourceFile, near: SourceFile][] = [
  [
    'worker → activities → sql → schemas, and never the other way',
    direction,
    { path: 'sql/draw.ts', text: "import type { Step } from '../activities/step.ts';" },
    { path: 'activities/step.ts', text: "import { draw } from '../sql/draw.ts';" },
  ],
  [
    'schemas imports nothing of ours',
    direction,
    { path: 'schemas/plan.ts', text: "export { compile } from '../sql/compile.ts';" },
    { path: 'schemas/plan.ts', text: "// import from '../sql/compile.ts'\nimport * as z from 'zod';" },
  ],
  [
    'nobody imports test',
    direction,
    { path: 'worker/demo.ts', text: "const t = await import('../test/tools.ts');" },
    { path: 'test/demo.test.ts', text: "import { needs } from './tools.ts';" },
  ],
  [
    'every import is written out and lies in the project',
    insideTheProject,
    { path: 'activities/send.ts', text: 'const m = await import(adapter);' },
    { path: 'activities/send.ts', text: "const m = await import('./sftp.ts');" },
  ],
  [
    'workflows import values only from each other, failure, period and two packages of Temporal',
    sandboxed,
    { path: 'workflows/wave.ts', text: "import { type Ref, stages } from '../schemas/ref.ts';" },
    { path: 'workflows/wave.ts', text: "import type { Wave } from '../activities/activities.ts';" },
  ],
  [
    'the guard imports as values what the sandbox can bundle',
    sandboxed,
    { path: 'worker/guard.ts', text: "import {\n  createHash,\n} from 'node:crypto';" },
    { path: 'worker/guard.ts', text: "import { isOurs } from '../schemas/failure.ts';" },
  ],
  [
    'failure and period import nothing but Temporal’s common package and each other',
    bare,
    { path: 'schemas/period.ts', text: "import type { Ref } from './ref.ts';" },
    { path: 'schemas/period.ts', text: "import { failure } from './failure.ts';" },
  ],
  [
    'only worker and test read the environment',
    unwritten(environment, 'schemas', 'sql', 'activities', 'workflows'),
    { path: 'activities/send.ts', text: "const key = process.env['KEY'];" },
    { path: 'activities/send.ts', text: '// never process.env here\nconst { env } = options;' },
  ],
  [
    'only sql, activities, worker and test talk to PostgreSQL',
    onlyIn(/^pg(?:-|$)/, 'sql', 'activities', 'worker', 'test'),
    { path: 'schemas/row.ts', text: "import type { Client } from 'pg';" },
    { path: 'sql/row.ts', text: "import type { Client } from 'pg';" },
  ],
  [
    'arquero stays in worker, and in the bench that measures it, away from every draw',
    onlyIn(/^arquero$/, 'worker', 'test/bench'),
    { path: 'sql/draw.ts', text: "import { table } from 'arquero';" },
    { path: 'worker/report.ts', text: "import { table } from 'arquero';" },
  ],
  [
    'nothing that decides uses Math.random',
    unwritten(/\bMath\s*\.\s*random\b/g, 'sql', 'activities', 'workflows'),
    { path: 'sql/draw.ts', text: 'const ticket = Math.random();' },
    { path: 'worker/demo.ts', text: 'const jitter = Math.random();' },
  ],
];

const ours = projectFiles().filter(
  ({ path }) => path.endsWith('.ts') && rooms.some((room) => room === roomOf(path)),
);

describe.each(laws)('%s', (_, law, planted, near) => {
  test('in every file of the rooms', () => {
    const broken = ours.flatMap((file) => law(file).map((fault) => `${file.path} ${fault}`));
    expect(broken).toEqual([]);
  });

  test('a planted violation is reported, its near miss is not', () => {
    expect(law(planted)).toHaveLength(1);
    expect(law(near)).toEqual([]);
  });
});

/** A process, by the files it starts with; what it can do without until it is asked for it, or altogether. */
const starts: readonly [process: string, files: readonly string[], without: RegExp][] = [
  ['a command', ['worker/cli/program.ts'], /^(pg|kysely|zod|yaml|@temporalio\/(?!common$).*)$/],
  ['a worker', ['worker/main.ts', 'activities/create.ts'], /^(kysely|nodemailer|ssh2|csv-parse)$/],
  [
    'a verifier, which packs nothing and sends nothing',
    ['worker/main.ts', 'activities/create-verifier.ts'],
    /^(openpgp|age-encryption|fflate|csv-parse.*|csv-stringify.*|kysely|nodemailer|ssh2)$/,
  ],
];

describe.each(starts)('%s', (_, from, without) => {
  const needless = (files: readonly SourceFile[]) =>
    [...loadedWith(from, files)].filter((target) => without.test(target));

  test('loads at its start only what it needs there', () => {
    expect(from.filter((path) => !ours.some((file) => file.path === path))).toEqual([]);
    expect(needless(ours)).toEqual([]);
  });

  test('what a file that it imports brings is reported, what that loads later or as a type is not', () => {
    const [start = ''] = from;
    const planted = (text: string) => [
      { path: start, text: "import { b } from './b.ts';" },
      { path: `${dirname(start)}/b.ts`, text },
    ];
    expect(needless(planted("import { sql } from 'kysely';"))).toEqual(['kysely']);
    expect(needless(planted("import type { Sql } from 'kysely';\nawait import('kysely');"))).toEqual([]);
  });
});

const topLevel = new Set(['README.md', 'package.json', 'package-lock.json', 'tsconfig.json']);
const deployment = new Set(['compose.yaml', 'Dockerfile']);
const catchAll = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'docs']);

/** The shape of the tree: a path, and what is wrong with where it lies. */
const misplaced = (path: string): readonly string[] => {
  const folders = path.split('/').slice(0, -1);
  const top = roomOf(path);
  return [
    ...folders.filter((folder) => catchAll.has(folder)).map((folder) => `${path} lies in ${folder}/`),
    ...(top.startsWith('.') ||
    rooms.some((room) => folders[0] === room) ||
    topLevel.has(path) ||
    deployment.has(path)
      ? []
      : [`${path} lies outside the rooms`]),
  ];
};

describe('the tree', () => {
  test('holds the rooms, what a package needs, deployment and dot-files, and nothing else', () => {
    expect(projectPaths().flatMap(misplaced)).toEqual([]);
  });

  test('has a README.md in every room', () => {
    const paths = new Set(projectPaths());
    expect(rooms.map((room) => `${room}/README.md`).filter((path) => !paths.has(path))).toEqual([]);
  });

  test('a planted stray file and a planted catch-all folder are reported', () => {
    expect(misplaced('vitest.config.ts')).toEqual(['vitest.config.ts lies outside the rooms']);
    expect(misplaced('test')).toEqual(['test lies outside the rooms']);
    expect(misplaced('sql/util/quote.ts')).toEqual(['sql/util/quote.ts lies in util/']);
    expect(['Dockerfile', '.ci/run', 'sql/common.ts', 'test/vitest.config.ts'].flatMap(misplaced)).toEqual(
      [],
    );
  });
});
