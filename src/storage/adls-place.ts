import { InvalidPath } from './errors.ts';
import { type AccountLocation, isContainerName } from './lake-location.ts';

/** Where a lake path is in an account. */
export interface AdlsPlace {
  readonly container: string;
  /** Within the container. */
  readonly name: string;
  /** What of `name` comes before the zone's own paths: empty, or with a slash at its end. */
  readonly root: string;
  readonly zone: string;
}

/** Longest name of a blob, in characters. */
const LONGEST_NAME = 1024;

/**
 * The place of a path. A location without container has a container for each zone, one with a container a folder for
 * each zone; the location of one zone alone (`zone`) holds that zone's paths without their first segment.
 * @throws InvalidPath where the zone can be no container
 */
export function placeOf(
  location: AccountLocation,
  onlyZone: string | null,
  operation: string,
  path: string,
): AdlsPlace {
  const slash = path.indexOf('/');
  const zone = path.slice(0, slash);
  const rest = path.slice(slash + 1);
  if (location.container !== null) {
    const root = onlyZone === null ? `${location.folder}${zone}/` : location.folder;
    return { container: location.container, name: root + rest, root, zone };
  }
  if (!isContainerName(zone)) {
    throw new InvalidPath(operation, path, `the zone ${JSON.stringify(zone)} can be no container of a storage account`);
  }
  return { container: zone, name: rest, root: '', zone };
}

/** The lake path of a name within the container, by the place of a folder that it is in. */
export function lakePath({ root, zone }: AdlsPlace, name: string): string {
  return `${zone}/${name.slice(root.length)}`;
}

/**
 * Refuses what the service cannot hold, or would hold under another name, before it is written.
 * @throws InvalidPath
 */
export function checkName(operation: string, path: string, { name }: AdlsPlace): void {
  const fault =
    name.length > LONGEST_NAME
      ? `a name of ${name.length} characters in its container; Azure takes ${LONGEST_NAME}`
      : name.split('/').some((segment) => segment.endsWith('.'))
        ? 'a name that ends in a dot, which Azure drops'
        : /\p{Cc}/u.test(name)
          ? 'a control character, which Azure does not take in names'
          : null;
  if (fault !== null) throw new InvalidPath(operation, path, fault);
}
