// What officers put their signatures to, besides a release: for each act the statement, whose canonical JSON (RFC 8785) is
// what is signed. It names its wave, and what stood there when it was read, so that it serves once and nowhere else.
import { canonical } from './canonical.ts';
import type { AlarmCode, Because } from './alarm.ts';
import type { Decision, DispositionReason } from './disposition.ts';
import type { ClosingReason, ExceptionCode } from './exception.ts';
import type { ForgoReason } from './forgo.ts';
import type { HoldReason } from './hold.ts';
import type { CopyKind } from './leaf.ts';
import type { AttemptKey, WaveKey } from './ref.ts';

export interface Statements {
  /** An alarm may pass: every one of this code that waits, by the rule or register that it is about. */
  readonly accept: AttemptKey & {
    readonly alarm: AlarmCode;
    readonly because: Because;
    readonly reasons: readonly string[];
  };
  /** Digits of the seed. */
  readonly seed: AttemptKey & { readonly digits: string };
  /** What became of bytes that may have left. */
  readonly settle: AttemptKey & { readonly finding: 'arrived' | 'not-arrived' };
  /** The clocks of the wave's live copies of a kind are moved to one instant, from where each of them stood. */
  readonly clock: WaveKey & {
    readonly kind: CopyKind;
    readonly to: string;
    readonly copies: readonly { readonly attempt: number; readonly dueAt: string }[];
  };
  /** One copy, by its number in the inventory, is kept from being erased; reviewed on that day, and held beyond it. */
  readonly hold: WaveKey & {
    readonly copy: number;
    readonly because: HoldReason;
    readonly owner: string;
    readonly reviewOn: string;
  };
  /** This hold need not be any more. */
  readonly lift: WaveKey & { readonly hold: number };
  /** One copy that is reviewed is erased, or kept until another review on that day; a register is of no wave. */
  readonly dispose: Partial<WaveKey> & {
    readonly copy: number;
    /** as it stood */
    readonly dueAt: string;
    readonly decision: Decision;
    readonly because: DispositionReason;
    readonly reviewOn?: string;
  };
  /** The month is never run; or, by two officers, it may be again. The how manyth time, since it serves once. */
  readonly forgo: WaveKey & { readonly ordinal: number; readonly because: ForgoReason | 'taken-back' };
  /** An exception, by its number, is dealt with, of which nothing in the database tells. */
  readonly close: WaveKey & {
    readonly exception: number;
    readonly code: ExceptionCode;
    readonly because: ClosingReason;
  };
}
export type Witnessed = keyof Statements;

/** As it is sent: the statement, and an SSH signature over its text in OpenSSH's armour. */
export interface Given<A extends Witnessed> {
  readonly statement: Statements[A];
  readonly signature: string;
}

/** A plan is put in force: in the place of which, and for the how manyth time. */
export interface PlanStatement {
  readonly survey: string;
  readonly planHash: string;
  readonly declarationHash: string;
  readonly replaces: string | null;
  readonly sequence: number;
}

export const statementText = (statement: Statements[Witnessed] | PlanStatement): string =>
  canonical(statement);
