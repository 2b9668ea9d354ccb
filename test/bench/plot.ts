// Time over the floor, least to most, for every size: whole runs alone, since stages are parts of ours.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { said } from './bench.ts';
import type { Sized } from './bench.ts';
import { ratio } from './ratios.ts';

/** @returns an SVG document that needs nothing else */
export const plot = (all: readonly Sized[]): string => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const data = all.flatMap((sized) =>
    sized.lines
      .filter(({ kind }) => kind === 'ours' || kind === 'peer')
      .flatMap(({ name }) => {
        const found = ratio(sized, name, 'floor');
        return found ? [{ name, rows: `${said(sized.rows)} rows`, ...found }] : [];
      }),
  );
  const names = [...new Set(data.map(({ name }) => name))];
  const svg = Plot.plot({
    document,
    width: 720,
    height: 60 + all.length * (names.length * 18 + 20),
    marginLeft: 150,
    marginRight: 80,
    style: { background: 'white' },
    x: { type: 'log', grid: true, label: 'times the floor (log)' },
    y: { label: null, domain: names },
    fy: { label: null, domain: all.map(({ rows }) => `${said(rows)} rows`) },
    color: { domain: [true, false], range: ['#c2410c', '#334155'] },
    marks: [
      Plot.ruleX([1], { strokeDasharray: '2,3' }),
      Plot.ruleY(data, { y: 'name', fy: 'rows', x1: 'min', x2: 'max', strokeWidth: 2, stroke: isOurs }),
      Plot.dot(data, { y: 'name', fy: 'rows', x: 'median', r: 4, fill: isOurs }),
    ],
  });
  // linkedom leaves it out, and a browser takes a file without it for no picture
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.outerHTML}\n`;
};

const isOurs = ({ name }: { readonly name: string }): boolean => name.startsWith('ours');
