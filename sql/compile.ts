// A declaration becomes a plan. What people decide and what runs are hashed apart: the same declaration under
// other SQL is "recompiled", never "changed".
import { createHash } from 'node:crypto';
import { canonical } from '../schemas/canonical.ts';
import type { Declaration } from '../schemas/declaration.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { compileExplain } from './explain.ts';
import { compileExtract, compileReread, intakeColumns } from './extract.ts';
import { compileMinimise, contactColumns } from './minimise.ts';
import type { Plan, PlanKeys, StagingColumn, StagingTable, StagingType } from './plan.ts';
import { compileSample } from './sample.ts';
import { compileScreen, windowColumns } from './screen.ts';

export type Declared = Pick<Declaration, 'pipeline' | 'processor' | 'lists'>;

export interface Compiled {
  readonly plan: Plan;
  /** Hex SHA-256 of `document`. */
  readonly planHash: string;
  /** The plan as canonical JSON (RFC 8785): what is stored, hashed, and read back to be run. */
  readonly document: string;
}

/**
 * @param keys the texts of the key files that the processor's file names; without them (`check --sql`) the plan
 * can be read but not applied
 * @throws INPUT for a declaration that `check` would have refused
 */
export const compile = (
  { pipeline, processor, lists }: Declared,
  keys: PlanKeys = { recipient: '' },
): Compiled => {
  const plan: Plan = {
    cordon: 1,
    survey: pipeline.survey,
    declarationHash: declarationHash({ pipeline, processor, lists }, keys),
    declaration: pipeline,
    processor,
    keys,
    lists: Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, hash(canonical(list))])),
    staging: stagingOf(pipeline),
    extract: compileExtract(pipeline, lists),
    reread: compileReread(pipeline, lists),
    screen: compileScreen(pipeline, lists),
    sample: compileSample(pipeline),
    minimise: compileMinimise(pipeline),
    explain: compileExplain(pipeline, lists),
  };
  const document = canonical(plan);
  return { plan: JSON.parse(document) as Plan, planHash: hash(document), document };
};

/** Canonical JSON sorts the keys of an object, and the order of the fields is a decision too. */
const declarationHash = (declaration: Declared, keys: PlanKeys): string =>
  hash(canonical({ ...declaration, keys, fields: Object.keys(declaration.pipeline.minimise) }));

const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const column = (name: string, type: StagingType, statistics = false): StagingColumn => ({
  name,
  type,
  statistics,
});

/** What screening leaves of a survivor, for the checks that come later. */
const kept: readonly StagingColumn[] = [
  column('shared', 'bigint'),
  column('phone_tokens', 'bytea[]'),
  column('reference_tokens', 'bytea[]'),
  column('person_tokens', 'bytea[]'),
];

/** Every table of an attempt. Only the mask has statistics: `analyze` copies values into the WAL. */
const stagingOf = (pipeline: Pipeline): StagingTable[] => {
  const key = column('key', 'text[]');
  const columns = {
    nonce: [column('nonce', 'bytea')],
    intake: intakeColumns(pipeline),
    quarantine: [key, column('code', 'text')],
    screened: [
      key,
      column('mask', 'bigint', true),
      column('strata', 'text[]'),
      ...windowColumns(pipeline),
      ...kept,
    ],
    frame_key: [column('frame_id', 'text'), column('stratum', 'text'), key, ...kept],
    sampled: [
      column('frame_id', 'text'),
      column('stratum', 'text'),
      key,
      column('part', 'text'),
      column('rank', 'integer'),
      column('state', 'text'),
      column('struck_by', 'text'),
      ...kept,
    ],
    recheck: intakeColumns(pipeline),
    contact: contactColumns(pipeline),
    contact_again: contactColumns(pipeline),
  } satisfies Record<StagingTable['name'], readonly StagingColumn[]>;
  return Object.entries(columns).map(([name, list]) => ({
    name: name as StagingTable['name'],
    columns: list,
  }));
};
