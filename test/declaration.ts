// The shipped declaration, as a test needs it.

/** Text for text. @throws where the declaration no longer says what is to be changed */
export const changed =
  (...changes: readonly (readonly [from: string, to: string])[]) =>
  (declaration: string): string =>
    changes.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the declaration has no ${from}`);
      return text.replace(from, to);
    }, declaration);

const anyRows = ['rows: [1500, 8000]', 'rows: [1, 8000]'] as const;

/** For a month of a few people. */
export const few = changed(anyRows, ['take: 1200', 'take: 20']);

/** For some hundred rows, of which rules exclude the most. */
export const some = changed(anyRows, ['take: 1200', 'take: 60'], ['floor: 10', 'floor: 1']);

/** For a month by hand, of whom nobody is excluded. */
export const byHand = changed(
  anyRows,
  ['take: 1200', 'take: 12'],
  ['floor: 10', 'floor: 2'],
  ['reserve: 20%', 'reserve: 50%'],
);
