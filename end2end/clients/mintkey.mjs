/** The server under test, and what a test makes in it over the public API. `cargo xtask test` sets the variables. */

const { MINTKEY_URL, MINTKEY_ADMIN_EMAIL, MINTKEY_ADMIN_PASSWORD } = process.env;
if (!MINTKEY_URL) throw new Error('MINTKEY_URL, MINTKEY_ADMIN_EMAIL and MINTKEY_ADMIN_PASSWORD name the server under test');

/** The issuer. */
export const issuer = new URL(MINTKEY_URL);

/** What the tests' client may do. */
export const granted = ['mintkey:scopes.read', 'mintkey:tokens.read', 'mintkey:verify'];

/** Calls the JSON API; anything but success is an error. */
export async function api(path, { key, method = 'POST', body } = {}) {
  const answer = await fetch(new URL(`/api/v1${path}`, issuer), {
    method,
    headers: { ...(key && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** An access token of the administrator. */
export async function login() {
  const body = { username: MINTKEY_ADMIN_EMAIL, password: MINTKEY_ADMIN_PASSWORD };
  return (await api('/login', { body })).access_token;
}

/** A token: its client ID, client secret and API key. */
export async function createToken(rest = {}) {
  return api('/tokens', { key: await login(), body: { label: 'foreign client', scopes: granted, ...rest } });
}

/** Ends a token for good. */
export async function invalidate(token) {
  await api(`/tokens/${token.id}/invalidate`, { key: await login() });
}

/** Gives a token's client this public key, a JWK, to prove itself by. */
export async function setClientKey(token, jwk) {
  await api(`/tokens/${token.id}/client-keys`, { key: await login(), method: 'PUT', body: { keys: [jwk] } });
}
