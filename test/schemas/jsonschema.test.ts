// The files that editors read are made from the grammars, and shipped YAML points at them in its first line.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonSchemas } from '../../schemas/jsonschema.ts';
import { pipelineSections } from '../../schemas/pipeline.ts';
import { processorSections } from '../../schemas/processor.ts';

const schemas = join(import.meta.dirname, '../../schemas');

test.each(Object.entries(jsonSchemas()))('%s is what the grammar says today', (file, text) => {
  expect(readFileSync(join(schemas, file), 'utf8'), 'run: node schemas/jsonschema.ts').toBe(text);
});

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  readonly additionalProperties: boolean;
}

test.each([
  ['pipeline.schema.json', pipelineSections, ['alarms', 'registers']],
  ['processor.schema.json', processorSections, ['outcomes']],
])(
  '%s knows every section, requires them and allows no other',
  (file, sections, optional: readonly string[]) => {
    const schema = JSON.parse(jsonSchemas()[file] ?? '') as Schema;
    const names = Object.keys(sections);
    expect(Object.keys(schema.properties)).toEqual(names);
    expect(schema.required).toEqual(names.filter((name) => !optional.includes(name)));
    expect(schema.additionalProperties).toBe(false);
  },
);

test('the first line of every shipped YAML file points at its schema', () => {
  for (const folder of ['pipelines', 'processors', 'lists'])
    for (const name of readdirSync(join(schemas, folder)).filter((each) => each.endsWith('.yaml'))) {
      const file = join(schemas, folder, name);
      const [, target = 'nothing'] =
        /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8')) ?? [];
      expect(existsSync(join(dirname(file), target)), `${folder}/${name} points at ${target}`).toBe(true);
    }
});
