// The grammar of a pipeline file, section by section, and the plain data it is read into.
// Every stage is present in every survey; what a survey does not want is said, never left out.
import * as z from 'zod';
import { conditionGrammar } from './condition.ts';
import { durationGrammar } from './duration.ts';
import {
  clockTime,
  date,
  deviation,
  factor,
  fieldName,
  fraction,
  identifier,
  keyed,
  line,
  mapping,
  matching,
  name,
  several,
  whole,
  why,
  zone,
} from './words.ts';
import type { DeepReadonly } from './words.ts';

const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, `wrong-value: one of ${words.join(', ')}`);

const columnTypes = ['text', 'date', 'timestamp', 'boolean', 'integer'] as const;
export type ColumnType = (typeof columnTypes)[number];

/** Times without a zone at the source need one here; a sparse flag may say what an empty cell means, with why. */
const typedColumn = mapping({
  type: oneOf(columnTypes),
  zone: zone.describe('For times that the source stores without a zone').exactOptional(),
  missing_means: z.boolean('wrong-type: true or false').exactOptional(),
  unknown_when: several(line('a text that stands for nothing known', 100), 'texts')
    .describe('Texts that the source writes for "unknown": read as if the cell were empty')
    .exactOptional(),
  never_future: z
    .literal(true, 'wrong-value: true')
    .describe('A day or time still to come is impossible here: such rows are quarantined')
    .exactOptional(),
  why: why.exactOptional(),
});
const readColumn = z.union(
  [oneOf(columnTypes).transform((type): z.output<typeof typedColumn> => ({ type })), typedColumn],
  `wrong-type: one of ${columnTypes.join(', ')}, or { type: …, … }`,
);

const relation = z
  .union(
    [
      matching(
        'bad-name: a relation, such as survey.victim_offence',
        /^[^.\s"]{1,63}(\.[^.\s"]{1,63})?$/,
      ).transform((text) => text.split('.')),
      z
        .array(identifier, 'wrong-type: a relation')
        .min(1, 'too-few: [schema, table] or [table]')
        .max(2, 'too-many: [schema, table] or [table]'),
    ],
    'wrong-type: a relation, such as survey.victim_offence',
  )
  .describe('A table or view: survey.victim_offence, or [schema, table] when a name holds a dot or a blank');

const extract = mapping({
  from: name.describe('A connection, named here and set in the environment: PostgreSQL or a CSV drop'),
  relation,
  key: several(identifier, 'key columns').describe('One row per victim and offence'),
  window: z
    .union(
      [z.literal('all', 'wrong-value: all'), mapping({ column: identifier, months: whole(1, 12) })],
      'wrong-type: { column: …, months: … }, or all',
    )
    .describe(
      'The calendar months before the scheduled one, by this column; all: whatever the relation holds',
    ),
  read: z.record(identifier, readColumn, 'wrong-type: a mapping of columns to types'),
  derive: z
    .record(fieldName, mapping({ from: identifier, list: name }), 'wrong-type: a mapping of names')
    .default({}),
  recognise: mapping({
    phones: several(identifier, 'phone columns'),
    reference: several(identifier, 'reference columns'),
    person: several(identifier, 'columns that name a person'),
  }),
  expect: keyed({
    rows: z.tuple(
      [whole(0, 10_000_000), whole(1, 10_000_000)],
      'wrong-type: two whole numbers, [least, most]',
    ),
    quarantine: keyed({ up_to: fraction }),
    not_older_than: durationGrammar,
  }).transform(({ rows, quarantine, not_older_than }) => ({
    rows,
    quarantineUpTo: quarantine.up_to,
    notOlderThan: not_older_than,
  })),
});

const rule = mapping({
  reason: name,
  when: conditionGrammar,
  review: z
    .literal(true, 'wrong-value: true')
    .describe('Out of the frame like everybody excluded, and counted as waiting for somebody to decide')
    .exactOptional(),
});

const take = z
  .union(
    [
      z.literal('all').transform(() => ({ all: true as const })),
      whole(1, 1_000_000).transform((count) => ({ count })),
      fraction.transform((fraction) => ({ fraction })),
      mapping({
        margin: fraction,
        confidence: fraction,
        response: fraction.exactOptional(),
        proportion: fraction.describe('The expected share; 50% unless said').exactOptional(),
        design_effect: factor.describe('Over simple random sampling; 1 unless said').exactOptional(),
      }),
    ],
    'wrong-type: all, a whole number, a percentage, or { margin, confidence, response }',
  )
  .describe('all, a number, a percentage of the frame, or { margin, confidence, response }');

/** How much the measured value varies: a mean of yes and no varies by at most 0.5. */
const deviations = mapping({
  of: z
    .record(line('the name of a stratum', 400), deviation, 'wrong-type: a mapping of strata to numbers')
    .describe('By stratum, as reports name them: "North / burglary"'),
  otherwise: deviation.describe('For strata that are not named, merged ones among them'),
});

/** Where the randomness comes from; always after the frame is committed. */
const seed = z
  .union(
    [
      oneOf(['system', 'dice']).transform((by) =>
        by === 'dice' ? { by: 'dice' as const } : { by: 'system' as const },
      ),
      keyed({
        public: mapping({
          source: line('what is published, by whom, and how it is written down', 200),
          date: date.describe('The day it is published, which must come after the frame is committed'),
        }),
      }).transform(({ public: { source, date } }) => ({ by: 'public' as const, source, date })),
    ],
    'wrong-type: system, dice, or { public: { source, date } }',
  )
  .describe('system: the generator; dice: digits that two officers type; or a public value named in advance');

const minimised = z.union(
  [
    keyed({ token_of: z.literal('key', 'wrong-value: key'), why }).transform(({ why }) => ({
      kind: 'token-of-key' as const,
      why,
    })),
    keyed({ derived: fieldName, why }).transform(({ derived, why }) => ({
      kind: 'derived' as const,
      name: derived,
      why,
    })),
    keyed({
      column: z.union(
        [identifier.transform((column) => [column]), several(identifier, 'columns')],
        'wrong-type: a column, or a list of columns',
      ),
      as: oneOf(['e164', 'month', 'text']).exactOptional(),
      when_missing: line('a word to stand in', 40).exactOptional(),
      why,
    }).transform(({ column, as, when_missing, why }) => ({
      kind: 'column' as const,
      columns: column,
      ...(as && { as }),
      ...(when_missing !== undefined && { whenMissing: when_missing }),
      why,
    })),
  ],
  'wrong-type: a mapping that starts with column, derived or token_of',
);

const clock = mapping({ for: durationGrammar, owner: name.exactOptional() });
/** Nothing waits for officers alone: what they have not decided of in time is erased. */
const reviewedClock = mapping({
  for: durationGrammar,
  owner: name.exactOptional(),
  review: mapping({
    within: durationGrammar.describe('How long officers may take to decide; then it is erased all the same'),
    extend_to: durationGrammar.describe(
      'The longest that it lives, from its making, however often it is put back',
    ),
  })
    .describe(
      'Looked at by officers when `for` has run out: erased, or kept until another day; erased unless said',
    )
    .exactOptional(),
});
const farClock = mapping({
  for: durationGrammar,
  after: oneOf(['fieldwork', 'receipt']).exactOptional(),
  at_latest: durationGrammar.exactOptional(),
  proof: oneOf(['certificate']).exactOptional(),
  owner: name.exactOptional(),
});

/** How long a register may go without an entry, or without somebody's word that it is current. */
const keptCurrent = mapping({ not_older_than: durationGrammar });
const registerAges = keyed({
  'opt-outs': keptCurrent.exactOptional(),
  'safety-markers': keptCurrent.exactOptional(),
  holds: keptCurrent.exactOptional(),
}).default({});

/** A clock for every kind of copy that a wave makes. */
const clocks = {
  staging: clock,
  package: clock,
  delivered: farClock,
  'disclosure-index': reviewedClock,
  contacts: reviewedClock,
  analysis: reviewedClock,
  'source-drop': clock,
  'exported-history': reviewedClock,
  backups: mapping({ beyond_use_for: durationGrammar }),
};
export const copyKinds = Object.keys(clocks) as readonly (keyof typeof clocks)[];

export const pipelineSections = {
  cordon: z.literal(1, 'wrong-value: 1'),
  survey: name.describe('The name of the survey and of its file'),
  title: line('the title of the survey', 120),
  controller: line('the controller, by name', 120),
  purpose: line('the purpose, as notified'),
  basis: mapping({
    regime: oneOf(['uk-gdpr', 'dpa-part-3']),
    ground: line('the lawful ground', 120),
    dpia: line('a reference', 80),
    review_by: date,
  }),
  notice: mapping({
    version: matching(
      'bad-version: a version between quotes, such as "2026-03"',
      /^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$/,
    ),
    opt_out_window: z
      .union(
        [z.literal('none', 'wrong-value: none').transform(() => null), durationGrammar],
        'bad-duration: a duration in months, days or hours, such as P14D, P13M or PT36H; or none',
      )
      .describe('Nobody is drawn whose report is younger than this; none where nobody reports anything'),
  }),
  every: mapping({ day: whole(1, 31), at: clockTime, zone, catch_up: durationGrammar }),
  extract,
  registers: registerAges,
  screen: z.array(rule, 'wrong-type: a list of rules').min(1, 'too-few: at least one rule'),
  alarms: mapping({
    removes_nothing: several(name, 'reasons').exactOptional(),
    removes_over: fraction.exactOptional(),
    changes_over: fraction.exactOptional(),
    accept_within: durationGrammar
      .describe('How long an alarm waits for an officer before the month is refused; P3D unless said')
      .exactOptional(),
  }).default({}),
  sample: mapping({
    take,
    by: z
      .array(identifier, 'wrong-type: a list of columns, [] for none')
      .max(6, 'too-many: at most 6 columns'),
    allocate: oneOf(['proportional', 'equal', 'neyman', 'power']),
    deviations: deviations.exactOptional(),
    floor: whole(0, 100_000),
    cap: whole(1, 1_000_000).describe('At most this many of one stratum').exactOptional(),
    reserve: fraction,
    seed: seed.default({ by: 'system' }),
    promote: oneOf(['before-packaging', 'never']),
  }),
  minimise: z.record(fieldName, minimised, 'wrong-type: a mapping of fields'),
  release: mapping({
    officers: z.literal(2, 'wrong-value: 2'),
    valid_for: durationGrammar,
    remind: durationGrammar,
    otherwise: z.literal('purge', 'wrong-value: purge'),
  }),
  transfer: mapping({ to: name }),
  fieldwork: mapping({ opens: durationGrammar, closes: durationGrammar }),
  retain: keyed(clocks),
};

export const pipelineGrammar = mapping(pipelineSections);

export type Pipeline = DeepReadonly<z.output<typeof pipelineGrammar>>;
export type CopyKind = keyof Pipeline['retain'];
export type Field = Pipeline['minimise'][string];
export type Rule = Pipeline['screen'][number];
export type Take = Pipeline['sample']['take'];
export type ReadColumn = Pipeline['extract']['read'][string];
