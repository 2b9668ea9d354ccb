// When the ledger was last continued after a loss: what was entered by hand before is, as far as anybody here knows, what
// the loss has taken. Leaves are canonical JSON, so that their bytes say which they are.
export const lastLoss = `
  select max((convert_from(e.leaf, 'UTF8')::jsonb->>'at')::timestamptz) as at from ledger.entry e
  where position('"type":"continue-after-loss"'::bytea in e.leaf) > 0`;
