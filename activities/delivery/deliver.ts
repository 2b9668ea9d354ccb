// One consignment to one processor: the package first, the manifest last, so that a manifest's presence means
// that everything is there. Once a byte has left, an absent package is unknown, never a reason to send again.
import { refuse } from '../../schemas/failure.ts';
import type { Consignment } from '../package/manifest.ts';
import type { DeliveryTarget, Hooks, Put } from './adapter.ts';

export interface Begun extends Hooks {
  /** whether `firstByte` has been recorded for this package before, by whatever claim */
  readonly began: boolean;
}

/** @throws DELIVERY_UNKNOWN, DELIVERY_CONFLICT, DELIVERY_UNREACHABLE (again later) */
export const deliver = async (
  target: DeliveryTarget,
  { package: parcel, signature, manifest }: Consignment,
  { began, ...hooks }: Begun,
): Promise<Put & { readonly name: string }> => {
  if (began && (await target.look(parcel.name)).state === 'absent') throw unknown();
  const put = await target.put(parcel, hooks);
  for (const file of [signature, manifest]) {
    await hooks.fence();
    await target.put(file, hooks);
  }
  return { name: parcel.name, ...put };
};

const unknown = () =>
  refuse({
    code: 'DELIVERY_UNKNOWN',
    found: 'bytes of this package were written before, and no trace of it is at the processor now',
    expected: 'the package, or its unfinished draft',
    remedy: 'ask the processor; its receipt or an officer’s finding settles it; it is never sent twice',
  });
