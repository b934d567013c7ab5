export { type AccessTokens, accessTokens, type ClientCredentials } from './access-token.ts';
export { NexthinkError } from './errors.ts';
export { type Answer, type Exchange, overNetwork, type Send, textOf, unexpected } from './http.ts';
