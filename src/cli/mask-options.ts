import { Option } from 'commander';
import type { MaskRequest } from '../asking/index.ts';
import { UsageError } from '../present/index.ts';
import { severalTimes } from './command.ts';

/** The heading of these options in the help. */
const MASKING_HEADING = 'Masking:';

/** What the options of {@link MASKING} give. */
export interface MaskFlags {
  readonly mask?: 'people';
  readonly reveal?: readonly string[];
}

/** The options of every command that shows what the lake holds of people. */
export const MASKING: readonly Option[] = [
  new Option(
    '--mask <whom>',
    'give pseudonyms in place of names: people, in columns and texts, by a key of the lake that the first who asks makes',
  ).choices(['people']),
  severalTimes(
    new Option('--reveal <value>', 'show this name as it stands all the same, and say so; may be given several times'),
  ),
].map((option) => option.helpGroup(MASKING_HEADING));

/** How a session is opened by what the options give: `LakeSession.open(lake, { ...masked(flags) })`. @throws UsageError */
export function masked({ mask, reveal = [] }: MaskFlags): { readonly mask?: MaskRequest } {
  if (reveal.some((value) => value.trim() === '')) {
    throw new UsageError(
      '--reveal: expected a name as the lake has it, or a pseudonym; found an empty text. Leave the option out to show nobody',
    );
  }
  if (mask !== undefined) return { mask: { reveal } };
  if (reveal.length > 0)
    throw new UsageError('--reveal says who is not masked, and nobody is; it goes with --mask people');
  return {};
}
