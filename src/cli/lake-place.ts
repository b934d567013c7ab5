import path from 'node:path';
import { parseLocation } from '../storage/index.ts';

/** Where something of a lake is, as people look for it: a path on this machine, or a URL. */
export function placeIn(lake: string, lakePath: string): string {
  const location = parseLocation(lake);
  return location.kind === 'folder' ? path.join(location.folder, lakePath) : `${lake.replace(/\/+$/, '')}/${lakePath}`;
}
