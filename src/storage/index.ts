export { FileNotFound, InvalidPath, PreconditionFailed, StorageError, StorageFault } from './errors.ts';
export { localStorage } from './local.ts';
export { checkPath, comparePaths } from './path.ts';
export { type FileInfo, type ListedFile, type ReadOptions, readAll, type Storage } from './storage.ts';
