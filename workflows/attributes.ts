// Search attributes: the columns and filters of the Temporal UI. They pass no guard, so they are built only here,
// from codes, months and instants.
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttributePair, SearchAttributeUpdatePair } from '@temporalio/common';
import type { Outcome, WaveKey } from '../schemas/ref.ts';
import { waveId } from './ids.ts';
import type { WaveStage } from './messages.ts';

export const surveyKey = defineSearchAttributeKey('CordonSurvey', SearchAttributeType.KEYWORD);
export const periodKey = defineSearchAttributeKey('CordonPeriod', SearchAttributeType.KEYWORD);
export const stageKey = defineSearchAttributeKey('CordonStage', SearchAttributeType.KEYWORD);
export const outcomeKey = defineSearchAttributeKey('CordonOutcome', SearchAttributeType.KEYWORD);
export const dueAtKey = defineSearchAttributeKey('CordonDueAt', SearchAttributeType.DATETIME);
export const attentionKey = defineSearchAttributeKey('CordonAttention', SearchAttributeType.BOOL);

/** What a namespace must know before the first start: an unregistered key makes the start fail. */
export const searchAttributes = [surveyKey, periodKey, stageKey, outcomeKey, dueAtKey, attentionKey] as const;

/** @throws INPUT unless survey and period are what they should be */
export const ofWave = (wave: WaveKey): SearchAttributePair[] => {
  waveId(wave);
  return [
    { key: surveyKey, value: wave.survey },
    { key: periodKey, value: wave.period },
  ];
};

export interface Standing {
  readonly stage: WaveStage | 'retention';
  readonly dueAtMs?: number | undefined;
  readonly attention: boolean;
  readonly outcome?: Outcome | undefined;
}

export const ofStanding = ({ stage, dueAtMs, attention, outcome }: Standing): SearchAttributeUpdatePair[] => [
  { key: stageKey, value: stage },
  { key: dueAtKey, value: dueAtMs === undefined ? null : new Date(dueAtMs) },
  { key: attentionKey, value: attention },
  ...(outcome ? [{ key: outcomeKey, value: outcome }] : []),
];
