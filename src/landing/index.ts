export { type CallBudget, type CallPurpose, type CallsOfDay, callsOfDay, chargeCall, forgetCalls } from './calls.ts';
export { type Landed, LandedDiffers, landFile } from './landed-file.ts';
export {
  changeState,
  checkLoopback,
  landingStatePlace,
  openLandingState,
  type ReadState,
  readState,
  StateError,
} from './state.ts';
