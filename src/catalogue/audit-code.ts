/** Whose trail a code is of: each has codes of its own. */
export type SourceSystem = 'infinity' | 'engine' | 'portal' | 'console';

/** What part of the product an event belongs to. */
export const FAMILIES = ['session', 'account', 'access', 'content', 'execution', 'data', 'ai', 'system'] as const;
export type Family = (typeof FAMILIES)[number];

/** What was done. The digits of a code are no reliable verb, so each row says it. */
export const ACTIONS = [
  'login',
  'logout',
  'lock',
  'create',
  'update',
  'delete',
  'grant',
  'revoke',
  'request',
  'complete',
  'execute',
  'trigger',
  'retrieve',
  'schedule_deletion',
  'message',
  'start',
  'stop',
  'enable',
  'disable',
  'connect',
  'disconnect',
] as const;
export type EventAction = (typeof ACTIONS)[number];

/** Through which door the actor came, where the message says so. */
export const CHANNELS = ['web', 'api', 'spark'] as const;
export type Channel = (typeof CHANNELS)[number];

export const OUTCOMES = ['success', 'failure', 'requested', 'scheduled'] as const;
export type EventOutcome = (typeof OUTCOMES)[number];

export const SEVERITIES = ['informational', 'low', 'medium', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One documented shape of a code's message; the syntax of `text` is that of `decode/template-syntax.ts`. */
export interface TemplateRow {
  /** The code and a letter, oldest first, given once and never reused: `90211.B`. */
  readonly id: string;
  readonly text: string;
}

/** A code and its templates, newest first, and whether it has two meanings: all that decoding takes from a row. */
export type CodeTemplates = Pick<AuditCode, 'code' | 'templates' | 'usedTwice'>;

/** A row as the file of its source system has it. */
export type CodeRow = Omit<AuditCode, 'sourceSystem'>;

/** OCSF 1.8.0: the class and activity of a code. `type_uid` and `category_uid` follow from them. */
export interface OcsfMapping {
  readonly classUid: number;
  readonly activityId: number;
  /** Named where the class has no activity of that kind (activity 99). */
  readonly activityName?: string;
  /** The `type` of a managed entity (class 3004). */
  readonly entityType?: string;
}

/** Microsoft Sentinel ASIM: AuditEvent 0.1.2, Authentication 0.1.4, UserManagement 0.1.2. */
export interface AsimMapping {
  readonly eventSchema: 'AuditEvent' | 'Authentication' | 'UserManagement';
  readonly eventType: string;
  readonly eventResult: 'Success' | 'Failure' | 'NA';
  readonly objectType?: string;
}

/** One audit code: everything here is a function of source system and code alone, never of a message. */
export interface AuditCode {
  readonly sourceSystem: SourceSystem;
  /** One row for each in a source system. */
  readonly code: number;
  /**
   * Whether the documentation has the code twice, for two things: then name and action say what holds of both, and a message
   * that no template tells apart is ambiguous.
   */
  readonly usedTwice?: true;
  /** Stable slug, `<object type>.<past tense>`. */
  readonly name: string;
  /** The activity in the words of the documentation. */
  readonly meaning: string;
  readonly family: Family;
  readonly action: EventAction;
  /** Snake case. */
  readonly objectType: string;
  readonly channel: Channel | null;
  readonly outcome: EventOutcome;
  readonly severity: Severity;
  /** `confirmed` or `autonomous` where Spark, the AI agent, acted. */
  readonly aiMode?: 'confirmed' | 'autonomous';
  /**
   * Newest first: Nexthink extends a message in place, so stored data holds all of them. None where the documentation of a
   * classic code does not show its message.
   */
  readonly templates: readonly TemplateRow[];
  readonly ocsf: OcsfMapping;
  readonly asim: AsimMapping;
  /** The documentation page the row was read from. */
  readonly source: string;
}
