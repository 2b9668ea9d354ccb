// The JSON Schemas that editors complete and check YAML files with, made from the grammars: `node schemas/jsonschema.ts`.
// They know the shape of a file; what its parts say against each other only `cordon check` knows.
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { listGrammar } from './list.ts';
import { officersGrammar } from './officers.ts';
import { pipelineGrammar } from './pipeline.ts';
import { processorGrammar } from './processor.ts';

const grammars = {
  'pipeline.schema.json': { grammar: pipelineGrammar, title: 'A survey of Cordon' },
  'processor.schema.json': { grammar: processorGrammar, title: 'A processor of Cordon' },
  'list.schema.json': { grammar: listGrammar, title: 'A code list of Cordon' },
  'officers.schema.json': { grammar: officersGrammar, title: 'The officers file of Cordon' },
} as const;

/** File name to text. Draft 7 is what the YAML language server reads. */
export const jsonSchemas = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(grammars).map(([file, { grammar, title }]) => {
      const schema = z.toJSONSchema(grammar, { io: 'input', target: 'draft-7' });
      return [file, `${JSON.stringify({ title, ...schema }, null, 2)}\n`];
    }),
  );

if (import.meta.main)
  for (const [file, text] of Object.entries(jsonSchemas()))
    writeFileSync(new URL(file, import.meta.url), text);
