import path from 'node:path';
import { visible } from '../present/index.ts';
import { maskedLocation, parseLocation } from '../storage/index.ts';

/** Where something of a lake is, as people look for it: a path on this machine, or a URL. */
export function placeIn(lake: string, lakePath: string): string {
  const location = parseLocation(lake);
  return location.kind === 'folder' ? path.join(location.folder, lakePath) : `${lake.replace(/\/+$/, '')}/${lakePath}`;
}

/** A lake's location, or a place in it, as output may show it. */
export function shownPlace(place: string): string {
  return visible(maskedLocation(place));
}
