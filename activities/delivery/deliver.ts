// One consignment to one processor: the package first, the manifest last, so that a manifest's presence means
// that everything is there.
import type { Consignment } from '../package/manifest.ts';
import type { DeliveryTarget, Hooks, Put } from './adapter.ts';

/** `began` is said of the package: what follows it counts as no disclosure of its own. */
export interface Begun extends Hooks {
  readonly began: boolean;
}

/** @throws DELIVERY_UNKNOWN, DELIVERY_CONFLICT, DELIVERY_UNREACHABLE (again later) */
export const deliver = async (
  target: DeliveryTarget,
  { package: parcel, signature, manifest }: Consignment,
  { began, ...hooks }: Begun,
): Promise<Put & { readonly name: string }> => {
  const put = await target.put(parcel, { ...hooks, began });
  for (const file of [signature, manifest]) {
    await hooks.fence();
    await target.put(file, hooks);
  }
  return { name: parcel.name, ...put };
};
