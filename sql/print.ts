// A plan for the eye: every statement indented by its brackets, every parameter said. Nothing runs what is printed
// here; what runs is the stored text, byte for byte.
import type { Parameter, Plan, Statement } from './plan.ts';

type Part = Statement | string;

export const printPlan = (plan: Plan): string => {
  const { extract, reread, screen, sample, minimise } = plan;
  const sections: [string, [string, Part][]][] = [
    ['staging', plan.staging.map((table): [string, Part] => [table.name, printTable(table)])],
    [
      'extract',
      named(extract, [
        'read',
        'sourceCounts',
        'arrived',
        'reset',
        'load',
        'quarantine',
        'settle',
        'counts',
        'quarantined',
      ]),
    ],
    [
      'extract from a database that has the types',
      named(extract.native, ['read', 'arrived', 'load', 'quarantine']),
    ],
    [
      'screen',
      [
        ...named(screen, [
          'reset',
          'meet',
          'rows',
          'population',
          'counts',
          'overlaps',
          'balance',
          'frame',
          'frameRows',
        ]),
        ...named(screen.canaries, ['plant', 'tokens', 'look', 'forget']).map(
          ([name, part]): [string, Part] => [`canaries, ${name}`, part],
        ),
      ],
    ],
    ['sample', named(sample, ['reset', 'withhold', 'strata', 'frame', 'draw', 'cut'])],
    ['reread', [...named(reread, ['read', 'arrived', 'load']), ...named(screen, ['recheck', 'strike'])]],
    ['minimise', named(minimise, ['read', 'arrived', 'reset', 'load', 'incomplete', 'contacts', 'released'])],
    ['minimise again', named(minimise.again, ['reset', 'load', 'changed'])],
    ['explain', named(plan.explain, ['read', 'arrived', 'load', 'faults', 'rules'])],
  ];
  return sections
    .flatMap(([verb, parts]) => parts.map(([name, part]) => `-- ${verb}: ${name}\n${printPart(part)}\n`))
    .join('\n');
};

const named = <K extends string>(
  stage: Readonly<Record<K, Part | readonly Part[]>>,
  names: readonly K[],
): [string, Part][] =>
  names.flatMap((name) => {
    const part: Part | readonly Part[] = stage[name];
    if (!isSeveral(part)) return [[name, part] as [string, Part]];
    return part.map((p, i): [string, Part] => [`${name} ${i + 1} of ${part.length}`, p]);
  });

const isSeveral = (part: Part | readonly Part[]): part is readonly Part[] => Array.isArray(part);

const printTable = ({ name, columns }: Plan['staging'][number]): string =>
  `unlogged table ${name} (\n${columns
    .map((c) => `${c.name} ${c.type}${c.statistics ? ' -- with statistics' : ''}`)
    .join('\n')}\n)`;

const printPart = (part: Part): string =>
  typeof part === 'string'
    ? indented(part)
    : [indented(part.text), ...part.parameters.map((p, i) => `--   $${i + 1} = ${printParameter(p)}`)].join(
        '\n',
      );

const widest = 100;

const printParameter = (parameter: Parameter): string => {
  if ('run' in parameter) return `<${parameter.run}>`;
  const text = JSON.stringify(parameter.value);
  return text.length <= widest ? text : `${text.slice(0, widest)}… (${text.length} characters)`;
};

/** Two blanks for each open bracket; what stands between quotes opens none. */
const indented = (text: string): string => {
  let depth = 0;
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const bare = line.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '');
      const closing = /^[)\s]*/.exec(bare)?.[0].replaceAll(/\s/g, '').length ?? 0;
      const printed = `${'  '.repeat(Math.max(0, depth - closing))}${line}`;
      depth += bare.replaceAll(/[^(]/g, '').length - bare.replaceAll(/[^)]/g, '').length;
      return printed;
    })
    .join('\n');
};
