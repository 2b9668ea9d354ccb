// What a validator can tell of a message by looking at it. Staff ids travel in the open: they are names of accounts.
import { failure } from '../schemas/failure.ts';

/** @throws INPUT */
export const mustBeOfficer = (officer: unknown): void => {
  if (typeof officer !== 'string' || !/^[a-z][a-z0-9.-]{1,40}$/.test(officer)) {
    throw failure('INPUT', {
      found: 'no staff id',
      expected: 'small letters, digits, dots and hyphens',
      remedy: 'give the id that the officers file has',
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
