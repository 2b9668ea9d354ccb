// `N passed, N failed` from vitest's JSON report; exit 0 when nothing failed, 1 when something did, 2 when there is
// no telling. A file that could not be loaded has no tests: it counts as one failure. So does a run that says it
// failed without a test that did.
import { readFileSync } from 'node:fs';

const [, , report = '', status = '1'] = process.argv;

const counted = () => {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const unloaded = testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    );
    const failed = numFailedTests + unloaded.length;
    return Number.isInteger(failed + numPassedTests) ? { passed: numPassedTests, failed } : undefined;
  } catch {
    return undefined;
  }
};

const counts = counted();
if (counts === undefined) process.exit(2);
const failed = counts.failed === 0 && status !== '0' ? 1 : counts.failed;
console.log(`${counts.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
