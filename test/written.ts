// What may stand in no file of the project, as functions of one file's text: a phone number that somebody might
// answer, a package registry's host, a path of the machine it was built on.
import type { SourceFile } from './tree.ts';

/** Written as people write them: national, or with the country code and so one gap more. */
const candidate = /(?<![\w.+/=-])(?:\+44|0044|0)(?:[ .()-]{0,3}\d)+(?![\w=])/g;
const gap = /[ .()-]+/g;

/** Ofcom's numbers for drama; a test may cut one short or make it too long, it still rings nobody. */
const reserved = /^(?:7700900|1632960)/;

/** UK numbers that are not from the reserved ranges; digits that cannot be dialled are no numbers. */
export const phoneNumbers = ({ text }: Pick<SourceFile, 'text'>): readonly string[] =>
  [...text.matchAll(candidate)]
    .map(([found]) => found)
    .filter((found) => (found.match(gap) ?? []).length <= (/^(?:\+|00)/.test(found) ? 4 : 3))
    .filter((found) => {
      const number = significant(found);
      return /^[1-35789]\d{8,9}$/.test(number) && !reserved.test(number);
    });

/** `+44 (0)1632 960001` → `1632960001` */
const significant = (found: string): string =>
  found
    .replace(/\D/g, '')
    .replace(/^(?:00)?44/, '')
    .replace(/^0/, '');

const registries = [
  'registry\\.[a-z0-9-]+(?:\\.[a-z0-9-]+)+',
  'npm\\.pkg\\.github\\.com',
  'npmjs\\.(?:org|com)',
  'yarnpkg\\.com',
  'pypi\\.org',
  'pythonhosted\\.org',
  'proxy\\.golang\\.org',
  'sum\\.golang\\.org',
  'crates\\.io',
  'rubygems\\.org',
  'repo1?\\.maven(?:\\.apache)?\\.org',
];
const registry = new RegExp(`(?<![\\w-])(?:${registries.join('|')})(?![\\w-])`, 'gi');

const machine = new RegExp(`(?<![\\w.~@-])/(?:${['work', 'root', 'Users'].join('|')})/[\\w.-]*`, 'g');

export const registryHosts = ({ text }: Pick<SourceFile, 'text'>): readonly string[] =>
  [...text.matchAll(registry)].map(([found]) => found);

export const machinePaths = ({ text }: Pick<SourceFile, 'text'>): readonly string[] =>
  [...text.matchAll(machine)].map(([found]) => found);
