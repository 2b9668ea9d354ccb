// Bad declarations, one fault each: the answer must name the very line, column and kind of mistake, and nothing else.
// Read beside its file, a row is the specification of one message; `cordon check` on the file shows the words.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../schemas/load.ts';
import { render } from '../../schemas/mistake.ts';

const folder = join(import.meta.dirname, 'bad');

/** File to every mistake in it: line:column and code. */
const answers: Readonly<Record<string, readonly string[]>> = {
  'alias-bomb': ['4:8 alias'],
  'all-at-once': [
    '9:15 undrawable-days',
    '25:34 unknown-key',
    '35:14 unknown-key',
    '39:17 unknown-processor',
    '42:19 bad-duration',
  ],
  'at-night': ['9:23 outside-hours'],
  'bad-duration': ['8:41 bad-duration'],
  'bad-percentage': ['23:53 bad-percentage'],
  'bad-relation': ['12:13 bad-name'],
  'bad-survey-name': ['3:9 bad-name'],
  'bad-version': ['8:20 unquoted'],
  'bad-zone': ['9:38 bad-zone'],
  'clock-waits': ['44:27 clock-waits'],
  'condition-of-nothing': ['26:28 wrong-type'],
  'contacts-too-short': ['30:73 clock-too-short'],
  'copy-without-clock': ['41:1 copy-without-clock'],
  'derived-in-rule': ['29:33 unread-column'],
  'deviations-unused': ['40:5 wrong-value'],
  'day-31': ['9:15 day-not-in-every-month'],
  'duplicate-reason': ['29:15 duplicate-reason'],
  'field-not-allowed': ['37:3 field-not-allowed'],
  'fieldwork-outlives-copy': ['44:56 clock-too-short'],
  'hostile-key': ['20:5 bad-name'],
  'identifier-kept': ['20:5 identifier-kept'],
  'impossible-allocation': ['32:50 wrong-value'],
  'impossible-cap': ['32:72 impossible-floor'],
  'impossible-floor': ['32:71 impossible-floor'],
  'impossible-precision': ['34:54 impossible-take', '34:75 impossible-take'],
  'impossible-reserve': ['32:83 bad-percentage'],
  'impossible-rows': ['23:19 bad-range'],
  'impossible-take': ['32:17 impossible-take'],
  'list-code-twice': ['6:54 repeated'],
  'list-of-neither': ['2:1 missing-key'],
  'list-unquoted': ['6:54 unquoted', '6:59 unquoted'],
  'missing-key': ['9:1 missing-key'],
  'missing-section': ['2:1 missing-key'],
  'missing-survey-ref': ['34:3 missing-field'],
  'missing-why-of-default': ['20:5 missing-why'],
  'missing-why': ['35:3 missing-why'],
  'nested-duplicate': ['35:24 not-a-rule-of-its-own'],
  'nested-phone': ['31:41 not-a-rule-of-its-own'],
  'no-opt-outs': ['24:1 missing-rule'],
  'number-of-none': ['31:66 bad-range'],
  'officers-deputy-of-deputy': ['26:19 unknown-officer'],
  'officers-deputy-of-nobody': ['18:19 unknown-officer'],
  'officers-dpo-as-staff': ['7:3 repeated'],
  'officers-ended-before': ['10:11 bad-range'],
  'officers-key-of-dpo': ['11:14 repeated'],
  'officers-no-key': ['6:71 bad-key'],
  'officers-one-key': ['18:14 repeated'],
  'officers-unknown-act': ['8:13 wrong-value'],
  'opt-outs-by-half': ['24:1 missing-rule'],
  'opt-outs-expired': ['31:58 unknown-key'],
  'opt-outs-within': ['25:57 unknown-key'],
  'person-of-four': ['26:15 too-many'],
  'person-of-two': ['22:78 too-few'],
  'processor-contract-over': ['5:45 bad-range'],
  'processor-fingerprint': ['10:63 bad-fingerprint'],
  'processor-no-such-day': ['5:45 bad-date'],
  'processor-path': ['10:29 bad-path'],
  'processor-two-ways': ['12:3 wrong-type'],
  'processor-write-only': ['17:19 wrong-type'],
  'review-too-long': ['46:61 clock-too-short'],
  'register-under-not': ['30:42 wrong-value'],
  'public-seed-without-day': ['40:13 missing-key'],
  'slot-in-another-month': ['9:15 undrawable-days', '9:37 outside-hours'],
  'source-drop-too-short': ['48:23 clock-too-short'],
  'staging-held': ['42:25 staging-held'],
  'staging-too-short': ['42:19 clock-too-short'],
  tag: ['5:13 tag'],
  'too-many-rules': ['87:5 too-many-rules'],
  'truth-of-a-word': ['20:52 wrong-type'],
  'two-columns': ['29:38 wrong-value'],
  'two-documents': ['4:1 two-documents'],
  'typed-seed-outlives-staging': ['42:19 clock-too-short'],
  'undrawable-days': ['9:15 undrawable-days'],
  'undrawable-window': ['9:15 undrawable-days'],
  'ungrouped-list': ['21:47 ungrouped-list'],
  'unknown-derived': ['37:20 unknown-derived'],
  'unknown-key': ['14:3 unknown-key'],
  'unknown-kind': ['2:1 unknown-kind'],
  'unknown-list': ['28:84 unknown-list'],
  'unknown-operator': ['27:33 unknown-key'],
  'unknown-processor': ['39:17 unknown-processor'],
  'too-many-questions': ['105:15 too-many'],
  'unknown-reason': ['31:29 unknown-reason'],
  'unknown-register': ['30:55 wrong-value'],
  'unknown-seed': ['32:103 wrong-value'],
  'unknown-section': ['40:1 unknown-key'],
  'unneeded-column': ['20:5 unneeded-column'],
  'unquoted-code': ['28:77 unquoted'],
  'unread-column': ['28:45 unread-column'],
  'unread-stratum': ['32:27 unread-column'],
  'unrecognised-phone': ['36:35 unrecognised-phone'],
  'wrong-column-type': ['28:60 wrong-column-type'],
  'wrong-name': ['3:9 name-mismatch'],
  'wrong-type': ['13:8 wrong-type'],
  'wrong-value': ['32:50 wrong-value'],
  'yes-or-no': ['20:52 wrong-type'],
  'ages-reversed': ['29:43 bad-range'],
  'date-by-hours': ['29:71 bad-duration'],
  'date-of-text': ['29:36 wrong-column-type'],
  'date-of-unread': ['29:56 unread-column'],
  'date-two-ends': ['29:36 wrong-type'],
  'hold-without-review': ['31:30 missing-rule'],
  'holds-without-review': ['31:32 missing-rule'],
  'keep-oldest': ['29:58 wrong-value'],
  'no-such-day-in-rule': ['29:55 unread-column'],
  'missing-unread': ['29:39 unread-column'],
  'misspelt-age-over': ['29:30 unknown-key'],
  'nested-suspect': ['29:65 not-a-rule-of-its-own'],
  'never-future-text': ['19:5 wrong-column-type'],
  'no-notice-but-open': ['26:34 wrong-value'],
  'number-of-text': ['29:38 wrong-column-type'],
  'number-without-bound': ['29:38 wrong-type'],
  'postcode-by-county': ['29:53 bad-text'],
  'unknown-group': ['29:68 wrong-value', '29:78 wrong-value'],
  'unknown-when-without-why': ['19:5 missing-why'],
  'window-all-earliest': ['28:58 wrong-value'],
  'window-all-with-notice': ['8:41 wrong-value'],
  'words-of-nothing': ['29:40 wrong-type'],
  'alarm-waits-too-long': ['31:56 clock-too-short'],
};

test('every bad file has its answer, and no answer is without a file', () => {
  const files = readdirSync(folder).map((file) => file.replace('.yaml', ''));
  expect(files.sort()).toEqual(Object.keys(answers).sort());
});

describe.each(Object.entries(answers))('%s', (name, expected) => {
  const { declaration, mistakes } = inspect(join(folder, `${name}.yaml`));

  test('is answered in its place and nowhere else', () => {
    expect(mistakes.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual(expected);
    expect(declaration).toBeUndefined();
  });

  test('quotes the line, underlines the place and stays within 80 columns', () => {
    for (const mistake of mistakes) {
      const [, quote = '', underline = '', ...rest] = render({ ...mistake, file: 'x.yaml' }).split('\n');
      const shown = Array.from(quote)
        .filter((_, i) => underline[i] === '^')
        .join('')
        .replace(/…$/, '');
      const written = Array.from(mistake.quote)
        .slice(mistake.column - 1)
        .join('');
      expect(shown).not.toBe('');
      expect(written.startsWith(shown)).toBe(true);
      const plain = [quote, underline, ...rest].filter((line) => !line.includes(folder));
      expect(plain.filter((line) => Array.from(line).length > 80)).toEqual([]);
    }
  });
});

const first = (name: string) => inspect(join(folder, `${name}.yaml`)).mistakes[0];

describe('a bad file says what to do about it', () => {
  test.each([
    ['unknown-key', 'window'],
    ['unknown-section', 'fieldwork'],
    ['unknown-operator', 'age_under'],
    ['misspelt-age-over', 'age_over'],
    ['date-of-unread', 'drawn_at'],
    ['missing-unread', 'surname'],
    ['keep-oldest', 'earliest'],
    ['wrong-value', 'proportional'],
    ['unread-column', 'flag_domestic'],
    ['unknown-list', 'household'],
    ['unknown-processor', 'northfield'],
    ['unknown-derived', 'kind'],
    ['unknown-reason', 'opted-out'],
    ['yes-or-no', 'false'],
  ])('%s: did you mean %s', (name, nearest) => {
    expect(first(name)?.nearest).toBe(nearest);
  });

  test.each([
    ['unquoted-code', 'quote it: "039"'],
    ['bad-percentage', 'write 2%'],
    ['derived-in-rule', 'ask that column: offence_code: { list: kinds, groups: [ … ] }'],
    ['undrawable-days', 'day: 15'],
    ['copy-without-clock', 'contacts: { for: P…D }'],
  ])('%s: %s', (name, remedy) => {
    expect(first(name)?.remedy).toBe(remedy);
  });

  test('a month whose last days could never be drawn is refused with the arithmetic', () => {
    expect(first('undrawable-days')?.found).toContain('is 9 days old');
    expect(first('undrawable-days')?.expected).toContain('day 15 or later');
  });

  test('a drop that would be gone too early is refused with the arithmetic', () => {
    expect(first('source-drop-too-short')?.expected).toContain('at least P14D');
  });
});
