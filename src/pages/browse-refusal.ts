import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const TEXTS = {
  403: 'Nothing is shown here without the address that audit-lake browse printed. It counts once: start browse again for another.',
  405: 'These pages are only read.',
  414: 'This address is too long.',
} as const;

/** What somebody gets who may not look: no word of what there is. */
export function noPage(context: Context, status: keyof typeof TEXTS): Response {
  return context.text(`${TEXTS[status]}\n`, status satisfies ContentfulStatusCode);
}
