// `cordon check --sql`: a declaration compiled and printed for a reader. Keys are not needed to read SQL.
import type { Declaration } from '../schemas/declaration.ts';
import { compile } from '../sql/compile.ts';
import { printPlan } from '../sql/print.ts';

export const printDeclaration = (declaration: Declaration): string => printPlan(compile(declaration).plan);
