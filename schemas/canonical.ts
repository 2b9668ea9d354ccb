// The one form in which JSON is hashed, signed and stored, whoever writes it.
import canonicalize from 'canonicalize';
import { failure } from './failure.ts';

/** RFC 8785. @throws INPUT for what JSON cannot hold */
export const canonical = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined) throw failure('INPUT', { expected: 'a value that JSON can hold' });
  return text;
};
