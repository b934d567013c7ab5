import { catalogueOf, type SourceSystem } from '../catalogue/index.ts';
import { Decoder } from './decoder.ts';

const decoders = new Map<SourceSystem, Decoder>();

/**
 * The decoder of a source system's codes. Made when it is first asked for, since compiling templates takes a tenth of the
 * time of a start; one serves all files, since it keeps nothing from one message to the next.
 */
export function decoderOf(system: SourceSystem): Decoder {
  let decoder = decoders.get(system);
  if (decoder === undefined) {
    decoder = new Decoder(catalogueOf(system), system);
    decoders.set(system, decoder);
  }
  return decoder;
}
