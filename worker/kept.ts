// A text that is dear to make, kept on this machine beside the hash of what it was made of. It is run, so only a file that
// this login alone may write is believed; of anything odd nothing is said, and the text is made anew.
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** @param of the hash of all that it is made of, or nothing where that cannot be told */
export const kept = async (
  file: string,
  of: () => Promise<string | undefined>,
  make: () => Promise<string>,
): Promise<string> => {
  const before = await of();
  if (before === undefined) return make();
  const found = await read(file, before);
  if (found !== undefined) return found;
  const text = await make();
  // somebody may have written in it meanwhile
  if ((await of()) === before) await write(file, sealed(before, text));
  return text;
};

const sealed = (of: string, text: string): string =>
  `// ${of} ${createHash('sha256').update(text).digest('hex')}\n${text}`;

const read = async (file: string, of: string): Promise<string | undefined> => {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { uid, mode } = await handle.stat();
    if (uid !== process.getuid?.() || (mode & 0o077) !== 0) return undefined;
    const whole = await handle.readFile('utf8');
    const text = whole.slice(whole.indexOf('\n') + 1);
    return whole === sealed(of, text) ? text : undefined;
  } catch {
    return undefined;
  }
};

/** Where nothing can be written, nothing is kept. */
const write = async (file: string, text: string): Promise<void> => {
  const part = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(part, text, { flag: 'wx', mode: 0o600 });
    await rename(part, file);
  } catch {
    await rm(part, { force: true }).catch(() => undefined);
  }
};
