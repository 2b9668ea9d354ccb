// Workflow code as the one text that the sandbox runs, with the guard's converters in it. Making it costs a processor two
// seconds: it is made once for what it is made of, and a process's replays run the very code that its waves do.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kept } from './kept.ts';
import { projectRoot } from './stack/runfolder.ts';
import { dataConverter, workflowsPath } from './temporal.ts';

/** MUST hold whatever of ours is in it, as the import law has it; packages go by their versions. */
const folders = ['workflows', 'schemas'];
const files = [
  'worker/guard.ts',
  'worker/temporal.ts',
  'worker/workflow-code.ts',
  'package.json',
  'node_modules/.package-lock.json',
];

export const bundleWorkflows = (): Promise<string> =>
  kept(join(projectRoot, '.cordon', 'workflow-code.js'), () => sourcesSha256(projectRoot), bundle);

/** Of every file it is made of, by where it lies, and of this Node; nothing where one cannot be read. */
export const sourcesSha256 = async (root: string): Promise<string | undefined> => {
  try {
    const inside = folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => join(folder, name)),
    );
    const code = (await Promise.all(inside)).flat().filter((path) => /\.(ts|js|json)$/.test(path));
    const hashes = [...code.toSorted(), ...files]
      .map((path) => join(root, path))
      .map(async (path) => [path, sha256(await readFile(path))]);
    return sha256(JSON.stringify([process.version, ...(await Promise.all(hashes))]));
  } catch {
    return undefined;
  }
};

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const bundle = async (): Promise<string> => {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const { createLogger } = await import('./logger.ts');
  const { payloadConverterPath = '', failureConverterPath = '' } = dataConverter;
  const logger = createLogger('WARN');
  const options = { workflowsPath, payloadConverterPath, failureConverterPath, logger };
  return (await bundleWorkflowCode(options)).code;
};
