export type { EventDays } from './event-days.ts';
export type { InstanceFreshness } from './freshness.ts';
export { type LakeStatus, lakeStatus } from './status.ts';
export { WAITING_REASONS, type WaitingFile, type WaitingReason } from './waiting.ts';
export type { WaysStatus } from './ways.ts';
