export { type CallBudget, type CallPurpose, type CallsOfDay, callsOfDay, chargeCall, forgetCalls } from './calls.ts';
export { countNql } from './count-nql.ts';
export { instantOf } from './instant.ts';
export { type Landed, LandedDiffers, landFile } from './landed-file.ts';
export { type LocalTime, notAfter, notBefore } from './local-time.ts';
export { NotConfigured } from './not-configured.ts';
export { type ClassicPullOptions, type PulledLog, type PulledTrail, pullClassic } from './pull-classic.ts';
export { type NqlWindowOptions, pullNql } from './pull-nql.ts';
export type { LandedExport, NqlOutcome, NqlPull, NqlPullOptions } from './query-run.ts';
export { type Delivery, type DeliveryLog, type Received, Receiver, type ReceiverTimes } from './receiver.ts';
export { faultOfSecret, type Headers } from './shown-secret.ts';
export {
  changeState,
  checkLoopback,
  landingStatePlace,
  openLandingState,
  type ReadState,
  readState,
  StateError,
} from './state.ts';
export {
  afterWindow,
  furthest,
  nextWindow,
  type Position,
  type Pulled,
  type PullWindow,
  type WindowRules,
} from './windows.ts';
