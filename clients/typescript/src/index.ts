import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type { components, paths };

/** A token as it is listed, without any secret. */
export type Token = components['schemas']['Token'];

/** A refusal (RFC 9457). */
export type Problem = components['schemas']['Problem'];

/** A client of the server at this address, with an API key or an access token. */
export function createMintkeyClient(options: { url: string; token: string }): Client<paths> {
  return createClient<paths>({ baseUrl: options.url, headers: { authorization: `Bearer ${options.token}` } });
}
