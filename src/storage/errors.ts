/** Base of everything a driver throws: which operation failed, on which lake path, and why. */
export class StorageError extends Error {
  readonly path: string;
  readonly operation: string;
  /** The message without operation and path. */
  readonly detail: string;

  constructor(operation: string, path: string, detail: string, options?: ErrorOptions) {
    super(`Cannot ${operation} ${JSON.stringify(path)}: ${detail}`, options);
    this.name = new.target.name;
    this.operation = operation;
    this.path = path;
    this.detail = detail;
  }
}

/** The caller named something that can never be a lake path, or a range that can never be one. */
export class InvalidPath extends StorageError {}

/** There is no file of that path. */
export class FileNotFound extends StorageError {
  constructor(operation: string, path: string, options?: ErrorOptions) {
    super(operation, path, 'there is no such file', options);
  }
}

/** The file is not, or no longer, the one `ifMatch` names. */
export class PreconditionFailed extends StorageError {
  constructor(operation: string, path: string, ifMatch: string, found: string) {
    super(operation, path, `expected the file with ETag ${ifMatch}, found ${found}`);
  }
}

/** What is known of a fault beside its text. */
export interface FaultOptions extends ErrorOptions {
  /** The store's own word for it (`BlobArchived`, `EIO`). */
  readonly code?: string;
  /** Whether waiting may cure it. Default: it takes somebody's hand. */
  readonly transient?: boolean;
}

/** The store itself failed: I/O, permissions, capacity. The message says what to do; `cause` is the store's own error. */
export class StorageFault extends StorageError {
  /** Whether the same may succeed later although nobody does anything. */
  readonly transient: boolean;
  /** The store's own word for it; empty where it has none. */
  readonly code: string;

  constructor(operation: string, path: string, detail: string, options: FaultOptions = {}) {
    super(operation, path, detail, options);
    this.transient = options.transient ?? false;
    this.code = options.code ?? '';
  }
}

/** The file is there, and its bytes can be read only after somebody has brought them back from the archive tier. */
export class FileArchived extends StorageFault {}

/** One file, or what stands in its place, cannot be read though the store works: no right to it, damage, a link, a pipe. */
export class UnreadableFile extends StorageFault {}

/** The store knows who asks, or does not, and lets nobody of that kind in. A role that was given acts after some minutes. */
export class AccessDenied extends StorageFault {}

/**
 * What is asked for is out of reach for the moment, or until somebody sees to it: a container that is being restored, a file
 * that another program holds a lease on, a name that is taken and free at once.
 */
export class Unavailable extends StorageFault {}
