// What leaves: only fields the processor may receive, each traceable to the source, and no phone that an opt-out
// could not be matched against.
import { nearest } from '../nearest.ts';
import { own } from './context.ts';
import type { Check, Context } from './context.ts';

export const checkFields: Check = (context) => {
  const { pipeline, processor, say } = context;
  const { minimise, transfer } = pipeline;
  if (!minimise) return;
  const allowed = processor.mayReceive;
  for (const [name, field] of Object.entries(minimise)) {
    const path = ['minimise', name];
    if (allowed && !allowed.includes(name))
      say({
        path,
        part: 'key',
        code: 'field-not-allowed',
        expected: `one of ${allowed.join(', ')}: what ${transfer?.to ?? 'the processor'} may receive`,
        nearest: nearest(name, allowed),
      });
    if (field.kind === 'derived') checkDerived(context, field.name, [...path, 'derived']);
    if (field.kind === 'column') checkSource(context, field, path);
  }
  if (own(minimise, 'survey_ref')?.kind !== 'token-of-key')
    say({
      path: ['minimise', 'survey_ref'],
      part: 'key',
      code: 'missing-field',
      found: Object.hasOwn(minimise, 'survey_ref') ? 'survey_ref from a column' : 'no survey_ref',
      expected: 'survey_ref: { token_of: key, … }, the only reference a processor gets',
    });
};

const checkDerived = ({ pipeline: { extract }, say }: Context, name: string, path: string[]): void => {
  const known = Object.keys(extract?.derive ?? {});
  if (!extract || known.includes(name)) return;
  say({ path, code: 'unknown-derived', expected: 'a name of extract.derive', nearest: nearest(name, known) });
};

const checkSource = (
  { pipeline: { extract }, say }: Context,
  { columns, as }: { readonly columns: readonly string[]; readonly as?: string },
  path: string[],
): void => {
  if (!extract) return;
  const { phones } = extract.recognise;
  for (const [i, column] of columns.entries()) {
    const type = own(extract.read, column)?.type;
    const place = columns.length > 1 ? [...path, 'column', i] : [...path, 'column'];
    if (as === 'e164' && !phones.includes(column))
      say({
        path: place,
        code: 'unrecognised-phone',
        found: column,
        expected: 'a column of extract.recognise.phones: else an opt-out by this number is missed',
        nearest: nearest(column, phones),
      });
    if (as === 'month' && type !== undefined && type !== 'date' && type !== 'timestamp')
      say({
        path: place,
        code: 'wrong-column-type',
        found: `${column}, read as ${type}`,
        expected: 'a column read as date or timestamp',
      });
  }
};
