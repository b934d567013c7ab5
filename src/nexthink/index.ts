export { type AccessTokens, accessTokens, type ClientCredentials } from './access-token.ts';
export {
  type AuditTrailApi,
  CallerRefused,
  type LogAnswer,
  type LogRange,
  LogTooLong,
  requestLog,
} from './audit-trail.ts';
export { NexthinkError } from './errors.ts';
export { type Answer, type Exchange, overNetwork, type Send, textOf, unexpected } from './http.ts';
export {
  COMPRESSIONS,
  type Compression,
  type Download,
  downloadResult,
  type ExportRequest,
  type ExportStatus,
  exportStatus,
  type NqlApi,
  ResultTooLong,
  type StartedExport,
  startExport,
  TokenRefused,
} from './nql-export.ts';
