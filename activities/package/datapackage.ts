// datapackage.json: Data Package 2.0 with a Table Schema, so that the processor's loader knows types and hash
// without asking. Each field's description is the reason the declaration gives for sending it.
import { createHash } from 'node:crypto';

export interface PackageField {
  readonly name: string;
  /** Table Schema types; telephones and offence codes are `string` */
  readonly type: 'string' | 'date' | 'yearmonth' | 'integer' | 'boolean';
  readonly why: string;
  readonly constraints?: {
    readonly required?: boolean;
    readonly unique?: boolean;
    readonly pattern?: string;
  };
}

export interface DataPackage {
  readonly survey: string;
  readonly period: string;
  readonly fields: readonly PackageField[];
  readonly csv: Uint8Array;
}

export const datapackage = ({ survey, period, fields, csv }: DataPackage): Uint8Array =>
  new TextEncoder().encode(
    `${JSON.stringify(
      {
        $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
        name: `${survey}-${period}`,
        resources: [
          {
            name: 'contacts',
            type: 'table',
            path: 'contacts.csv',
            format: 'csv',
            mediatype: 'text/csv',
            encoding: 'utf-8',
            bytes: csv.length,
            hash: `sha256:${createHash('sha256').update(csv).digest('hex')}`,
            dialect: {
              header: true,
              delimiter: ',',
              quoteChar: '"',
              doubleQuote: true,
              lineTerminator: '\r\n',
            },
            schema: {
              fields: fields.map(({ name, type, why, constraints }) => ({
                name,
                type,
                description: why,
                ...(constraints && { constraints }),
              })),
              missingValues: [''],
            },
          },
        ],
      },
      null,
      2,
    )}\n`,
  );
