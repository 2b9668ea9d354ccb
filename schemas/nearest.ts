// The word that was probably meant. Distance counts a swap of two neighbours as one slip, which is how people mistype.

/** Edits between two words: insert, delete, replace, swap neighbours. */
const distance = (a: string, b: string): number => {
  let [before, above]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
};

const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '');

/** `nearest('widnow', ['window', 'read'])` is `'window'`; undefined when nothing is near enough to be meant. */
export const nearest = (word: string, words: Iterable<string>): string | undefined => {
  const wanted = plain(word).slice(0, 64);
  let [best, found]: [number, string | undefined] = [Infinity, undefined];
  for (const candidate of words) {
    const length = Math.max(wanted.length, plain(candidate).length);
    const d = distance(wanted, plain(candidate).slice(0, 64));
    const isNear = d <= Math.floor(length / 3) || (wanted.length > 2 && plain(candidate).startsWith(wanted));
    if (candidate !== word && d < best && isNear) [best, found] = [d, candidate];
  }
  return found;
};
