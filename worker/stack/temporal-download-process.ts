// Run by temporal-download.ts, alone: fetches the program into the folder named, by starting and ending a server.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [folder = '', version = ''] = process.argv.slice(2);
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir: folder, version: `v${version}` } },
});
await environment.teardown();
process.exit(0);
