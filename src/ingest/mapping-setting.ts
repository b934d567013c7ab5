import type { Way } from '../settings/index.ts';
import { RejectedFile } from '../source/index.ts';

/**
 * A text of the readers, which know one mapping of names and not by which way a file came, with the setting that has it for this
 * way: what came by a webhook has its own.
 */
export function withMappingOf(way: Way, text: string): string {
  if (way !== 'webhook') return text;
  return text
    .replaceAll('AUDIT_LAKE_COLUMN_ALIASES', 'AUDIT_LAKE_WEBHOOK_ALIASES')
    .replaceAll('--column-aliases', '--webhook-aliases');
}

/** The same of why a file is refused, and of the settings that it offers. */
export function rejectionOf(way: Way, refused: RejectedFile): RejectedFile {
  if (way !== 'webhook') return refused;
  const { reason, details, cause, message } = refused;
  return new RejectedFile(reason, withMappingOf(way, message.slice(`${reason}: `.length)), {
    ...(cause !== undefined && { cause }),
    ...(details !== null && { details: withMappingOf(way, details) }),
    alternatives: refused.alternatives.map(({ columnAliases, ...others }) => ({
      ...others,
      ...(columnAliases !== undefined && { webhookAliases: columnAliases }),
    })),
  });
}
