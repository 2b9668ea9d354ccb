// The list of waves as a table.
import { expect, test } from 'vitest';
import { waveTable } from '../../worker/status.ts';
import { tooLong } from './command.ts';

const wave = {
  wave: 'wave/my-survey/2026-10',
  status: 'completed',
  stage: 'closed',
  outcome: 'delivered-without-receipt',
  attention: true,
  started: '2026-11-16T06:30',
};

test('says how a wave ended, where an open one stands, and who needs somebody, within eighty columns', () => {
  const { outcome: _, ...open } = wave;
  const running = { ...open, status: 'running', stage: 'release', attention: false };
  const terminated = { ...open, status: 'terminated', stage: 'release' };
  for (const length of [3, 20, 27, 40]) {
    const name = `wave/${'x'.repeat(length)}/2026-10`;
    const lines = waveTable([wave, running, terminated].map((each) => ({ ...each, wave: name })));
    expect(tooLong(lines.join('\n'))).toEqual([]);
    expect(lines[0]).toMatch(/^! .*x\/2026-10 +delivered-without-receipt/);
    expect(lines[1]).toMatch(/^ {2}\S+ +release( |$)/);
    expect(lines[2]).toMatch(/^! \S+ +terminated( |$)/);
  }
});

test('a name that fits is one that can be typed as it stands', () => {
  expect(waveTable([wave])[0]).toBe('! wave/my-survey/2026-10  delivered-without-receipt  2026-11-16');
  expect(waveTable([{ ...wave, attention: false }])).toHaveLength(1);
});
