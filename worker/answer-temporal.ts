// What Temporal's client has thrown, said to a person.
import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  NamespaceNotFoundError,
  ScheduleNotFoundError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Ending } from './exit.ts';
import { broken, no } from './exit.ts';
import { causeOf, NoTemporal } from './temporal.ts';

/** Nothing when it is not of Temporal. */
export const temporalSays = (thrown: unknown): Ending | undefined => {
  const e = causeOf(thrown);
  if (e instanceof NoTemporal)
    return broken(
      'TEMPORAL_UNREACHABLE',
      `no Temporal server answers at ${e.address}`,
      'the host:port that TEMPORAL_ADDRESS names',
      'correct it, and TEMPORAL_TLS_… or TEMPORAL_API_KEY where the server asks for them; or start one with: ' +
        'npx cordon dev',
    );
  if (thrown instanceof NamespaceNotFoundError)
    return no(
      `no namespace ${thrown.namespace}`,
      'the namespace that TEMPORAL_NAMESPACE names',
      `correct it, or: temporal operator namespace create -n ${thrown.namespace} --retention 400d`,
    );
  if (e instanceof ScheduleNotFoundError)
    return no('no schedule of this survey', 'a survey that is applied', 'npx cordon apply its pipeline file');
  if (e instanceof WorkflowNotFoundError)
    return no('no such wave in this namespace', 'a wave that has been started', 'see npx cordon status');
  // a query that no worker polls for is a failed precondition (9) to the server
  if (isGrpcDeadlineError(e) || isGrpcCancelledError(e) || grpcCode(e) === 9)
    return broken(
      'UNANSWERED',
      'no answer to the question',
      'a running worker',
      'start npx cordon worker, then ask again',
    );
  if (grpcCode(e) === undefined) return undefined;
  return broken(
    'TEMPORAL',
    `Temporal answered with gRPC status ${String(grpcCode(e))}`,
    'a namespace that this login may use',
    'check TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_…',
  );
};

const grpcCode = (e: unknown): number | undefined => (isGrpcServiceError(e) ? e.code : undefined);
