/** The zone that raw files land in. */
export const RAW = 'raw/';
