import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { header, rowCutter, trailer, tuple } from '../../activities/source/binary.ts';

it('cuts a stream between rows wherever it was cut into chunks, and keeps neither header nor trailer', () => {
  const field = fc.option(fc.string({ unit: fc.constantFrom('\xff', '\0', 'x'), maxLength: 9 }));
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 12 }),
      (rows, size) => {
        const bytes = Buffer.concat([header, ...rows.map(tuple), trailer]);
        const cut = rowCutter();
        const pieces: Buffer[] = [];
        for (let at = 0, n = 0; at < bytes.length; at += size) {
          const whole = cut(bytes.subarray(at, at + size));
          // each piece holds whole rows, and as many as it says
          expect(whole.bytes).toEqual(Buffer.concat(rows.slice(n, n + whole.rows).map(tuple)));
          n += whole.rows;
          pieces.push(whole.bytes);
        }
        expect(Buffer.concat(pieces)).toEqual(Buffer.concat(rows.map(tuple)));
      },
    ),
  );
});

it('writes a null apart from an empty text', () => {
  expect(tuple([null, '', 'é'])).toEqual(
    Buffer.from([0, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0xe9]),
  );
});
