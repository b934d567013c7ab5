/** Base of everything a driver throws: which operation failed, on which lake path, and why. */
export class StorageError extends Error {
  readonly path: string;
  readonly operation: string;

  constructor(operation: string, path: string, detail: string, options?: ErrorOptions) {
    super(`Cannot ${operation} ${JSON.stringify(path)}: ${detail}`, options);
    this.name = new.target.name;
    this.operation = operation;
    this.path = path;
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

/** The store itself failed: I/O, permissions, capacity. The message says what to do; `cause` is the store's own error. */
export class StorageFault extends StorageError {}
