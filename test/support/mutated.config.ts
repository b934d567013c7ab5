import { defineConfig } from 'vitest/config';
import { mutated } from '../../vitest.config.ts';

/** The tests that StrykerJS runs for each change of the code. */
export default defineConfig({ test: mutated });
