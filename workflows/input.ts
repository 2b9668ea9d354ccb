// What a validator can tell of a message by looking at it.
import { failure } from '../schemas/failure.ts';

/** @throws INPUT unless there is one at all */
export const mustBeStatement = <S extends object>(statement: S | undefined): S => {
  if (typeof statement === 'object') return statement;
  throw failure('INPUT', {
    found: 'no statement',
    expected: 'what was signed, and the signature over it',
    remedy: 'send it by the command line, which makes both',
  });
};

/** @throws INPUT unless it has the shape of `ssh-keygen -Y sign`; whose it is, and of what, the verifier finds out */
export const mustBeSignature = (signature: unknown): void => {
  if (
    typeof signature !== 'string' ||
    signature.length > 8000 ||
    !/^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END SSH SIGNATURE-----\n?$/.test(
      signature,
    )
  ) {
    throw failure('INPUT', {
      found: 'no SSH signature',
      expected: 'the text between BEGIN SSH SIGNATURE and END SSH SIGNATURE, with both lines',
      remedy: 'sign with the command of npx cordon for it, or with ssh-keygen -Y sign',
    });
  }
};

/** @throws INPUT unless it is what PostgreSQL takes, too: longer than any telephone number */
export const mustBeSeed = (digits: unknown): void => {
  if (typeof digits !== 'string' || !/^([0-9]{20,40}|[0-9a-f]{64}|[0-9a-f]{128})$/.test(digits)) {
    throw failure('INPUT', {
      found: 'no digits of a seed',
      expected: '20 to 40 digits, or 64 or 128 hexadecimal ones, without spaces',
      remedy: 'roll at least 20 ten-sided dice, or read the public value again',
    });
  }
};

/** @throws INPUT unless the text is an instant in UTC of this century */
export const mustBeInstant = (iso: unknown): void => {
  const shape = /^20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
  if (typeof iso !== 'string' || !shape.test(iso) || Number.isNaN(Date.parse(iso))) {
    throw failure('INPUT', {
      found: 'no instant',
      expected: 'an instant such as 2026-10-16T05:30:00Z',
      remedy: 'give date and time in UTC',
    });
  }
};

/** @throws INPUT unless the value is one of a closed list */
export const mustBeOneOf = (value: unknown, list: Readonly<Record<string, unknown>>): void => {
  if (typeof value !== 'string' || !Object.hasOwn(list, value)) {
    throw failure('INPUT', {
      found: 'another word',
      expected: `one of ${Object.keys(list).join(', ')}`,
      remedy: 'give one of these words',
    });
  }
};
