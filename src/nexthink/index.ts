export { NexthinkError } from './errors.ts';
