// Workflow code as the one text that the sandbox runs, with the guard's converters in it. Making it costs more than a
// second: once for each process, whose replays then run the very code that its waves do.
import { bundleWorkflowCode } from '@temporalio/worker';
import { createLogger } from './logger.ts';
import { dataConverter, workflowsPath } from './temporal.ts';

export const bundleWorkflows = async (): Promise<string> => {
  const { payloadConverterPath = '', failureConverterPath = '' } = dataConverter;
  const logger = createLogger('WARN');
  return (await bundleWorkflowCode({ workflowsPath, payloadConverterPath, failureConverterPath, logger }))
    .code;
};
