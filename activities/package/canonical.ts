// The one form in which a file of JSON is signed and hashed, whoever writes it.
import canonicalize from 'canonicalize';
import { failure } from '../../schemas/failure.ts';

/** RFC 8785. @throws INPUT for what JSON cannot hold */
export const canonical = (value: object): string => {
  const text = canonicalize(value);
  if (text === undefined) throw failure('INPUT', { expected: 'a value that JSON can hold' });
  return text;
};
