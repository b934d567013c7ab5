// What draws, named one by one: a package that is handed on whole is bundled whole.
export { barY, cell, plot, ruleY } from '@observablehq/plot';
export { parseHTML } from 'linkedom';
