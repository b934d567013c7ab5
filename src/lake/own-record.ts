import type * as z from 'zod';
import { FileNotFound, readAll, type Storage } from '../storage/index.ts';

/**
 * What a small file beside the tables says, a mark or a record that this program wrote as JSON; null where it is gone, or is none
 * of ours.
 * @throws storage errors
 */
export async function readOwnRecord<T>(storage: Storage, path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(await readAll(storage, path)).toString('utf8'))).data ?? null;
  } catch (error) {
    if (error instanceof FileNotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
