// A draw that arithmetic forbids is refused here, not on the morning it is due.
import type { Check } from './context.ts';

export const checkDraw: Check = ({ pipeline: { sample, extract }, say }) => {
  if (extract) {
    const [least, most] = extract.expect.rows;
    if (least > most)
      say({
        path: ['extract', 'expect', 'rows'],
        code: 'bad-range',
        expected: 'the least first, then the most',
      });
  }
  if (!sample) return;
  const { take, floor, cap, allocate, deviations } = sample;
  if (allocate === 'neyman' && !deviations)
    say({
      path: ['sample', 'allocate'],
      code: 'wrong-value',
      expected: 'sample.deviations as well: neyman needs how much answers vary in each stratum',
      remedy: 'deviations: { otherwise: 0.5, of: { … } }, or allocate: proportional',
    });
  if (allocate !== 'neyman' && deviations)
    say({
      path: ['sample', 'deviations'],
      part: 'key',
      code: 'wrong-value',
      expected: `none, since ${allocate} does not ask them`,
      remedy: 'delete them, or allocate: neyman',
    });
  if (cap !== undefined && cap < floor)
    say({ path: ['sample', 'cap'], code: 'impossible-floor', expected: `at least the floor of ${floor}` });
  const path = ['sample', 'take'];
  if ('count' in take) {
    if (floor > take.count)
      say({
        path: ['sample', 'floor'],
        code: 'impossible-floor',
        found: `floor: ${floor}`,
        expected: `at most ${take.count}, the whole sample: a floor is for each stratum`,
      });
    const most = extract?.expect.rows[1] ?? Infinity;
    if (take.count > most)
      say({
        path,
        code: 'impossible-take',
        expected: `at most ${most}, the most rows that extract.expect allows`,
      });
    else if (floor > most)
      say({ path: ['sample', 'floor'], code: 'impossible-floor', expected: `at most ${most} rows` });
  }
  if ('fraction' in take && take.fraction === 0)
    say({
      path,
      code: 'impossible-take',
      expected: 'more than 0%',
      remedy: 'close the survey by its schedule instead',
    });
  if ('margin' in take) {
    for (const key of ['margin', 'confidence', 'response', 'proportion'] as const)
      if (take[key] === 0) say({ path: [...path, key], code: 'impossible-take', expected: 'more than 0%' });
    for (const key of ['margin', 'confidence', 'proportion'] as const)
      if (take[key] === 1) say({ path: [...path, key], code: 'impossible-take', expected: 'less than 100%' });
    if (take.designEffect === 0)
      say({ path: [...path, 'design_effect'], code: 'impossible-take', expected: 'more than 0' });
  }
};
