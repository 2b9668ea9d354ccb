import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { header, rowCounter, trailer, tuple } from '../../activities/source/binary.ts';

it('counts rows wherever they are cut into chunks, and neither header nor trailer', () => {
  const field = fc.option(fc.string({ unit: fc.constantFrom('\xff', '\0', 'x'), maxLength: 9 }));
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 12 }),
      (rows, size) => {
        const bytes = Buffer.concat([header, ...rows.map(tuple), trailer]);
        const count = rowCounter();
        let last = 0;
        for (let at = 0; at < bytes.length; at += size) last = count(bytes.subarray(at, at + size));
        expect(last).toBe(rows.length);
      },
    ),
  );
});

it('writes a null apart from an empty text', () => {
  expect(tuple([null, '', 'é'])).toEqual(
    Buffer.from([0, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0xe9]),
  );
});
