export { type Landed, LandedDiffers, landFile } from './landed-file.ts';
