import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sampleExports } from './exports.ts';
import { CURRENT_CODES } from './values.ts';

const FOLDER = path.join(import.meta.dirname, 'exports');

mkdirSync(FOLDER, { recursive: true });
for (const [name, content] of sampleExports(CURRENT_CODES)) writeFileSync(path.join(FOLDER, name), content);
