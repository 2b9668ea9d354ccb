// The contact rows of the selected as a file, with the fields of ../bench-victims.yaml: what a peer has to show for it.
import { writeFileSync } from 'node:fs';
import type { Considered } from './rules.ts';

export const writeContacts = (file: string, drawn: readonly Considered[]): void => {
  const lines = drawn.map(({ row, phone, group }) =>
    [
      row.title,
      row.surname,
      phone,
      group,
      row.occurred_on?.slice(0, 7),
      row.language ?? 'en',
      row.safe_contact_code ?? 'none',
    ]
      .map((field) => `"${(field ?? '').replaceAll('"', '""')}"`)
      .join(','),
  );
  writeFileSync(file, `${lines.join('\r\n')}\r\n`, { mode: 0o600 });
};
