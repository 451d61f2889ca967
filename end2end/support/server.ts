import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The first administrator of every server that isn't set up by the test itself. */
export const admin = { email: 'ops@example.com', password: 'seven plain words make a pass' };

/** What a new or rotated token's answer shows once. */
export interface Credentials {
  client_id: string;
  client_secret: string;
  api_key: string;
}

/** The executable under test. */
const file = process.env.MINTKEY_SERVER ?? fileURLToPath(new URL('../../target/release/mintkey', import.meta.url));

/** The real executable on a database of its own, on a free port of loopback. */
export class Server {
  /** All that the server has printed. */
  log = '';

  private constructor(
    /** Origin, without a slash at the end. */
    readonly url: string,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  /** Starts it and waits until it answers. Without an administrator it prints the set-up link. */
  static async start(options: { administrator: boolean }): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'mintkey-end2end-'));
    const listen = `127.0.0.1:${await freePort()}`;
    const database = `sqlite:${join(folder, 'mintkey.db')}`;
    const child = spawn(file, ['serve', '--listen', listen, '--database-url', database], {
      cwd: folder,
      env: {
        HOME: folder,
        ...(options.administrator && { MINTKEY_ADMIN_EMAIL: admin.email, MINTKEY_ADMIN_PASSWORD: admin.password }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new Server(`http://${listen}`, folder, child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (server.log += text));
    }
    await server.until('the server answers', async () => {
      if (child.exitCode !== null) throw new Error(`the server has ended:\n${server.log}`);
      return (await fetch(`${server.url}/healthz`).catch(() => undefined))?.ok;
    });
    return server;
  }

  /** The link that the first start prints. */
  async setupLink(): Promise<string> {
    const link = /http:\/\/\S+\/setup\?code=[^\s"]+/;
    await this.until('the set-up link is printed', async () => link.test(this.log));
    return this.log.match(link)![0];
  }

  /** Runs `mintkey admin …` on the same database, beside the running server; says what it printed. */
  async admin(...args: string[]): Promise<string> {
    const database = ['--database-url', `sqlite:${join(this.folder, 'mintkey.db')}`];
    const run = promisify(execFile)(file, ['admin', ...args, ...database], { env: { HOME: this.folder } });
    // The password of `create-user`.
    run.child.stdin!.end('twelve other plain words here\n');
    return (await run).stdout.trim();
  }

  /** Invites somebody over the API; the link. */
  async invite(email: string, role = 'member'): Promise<string> {
    const answer = await this.api('/members/invitations', { key: await this.login(), body: { email, role } });
    if (answer.status !== 201) throw new Error(`invite: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).url;
  }

  /** Calls the JSON API as a device would. */
  async api(path: string, options: { key?: string; method?: string; body?: unknown } = {}): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(options.key && { authorization: `Bearer ${options.key}` }),
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
      },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
  }

  /** An access token of the administrator. */
  async login(): Promise<string> {
    const answer = await this.api('/login', { body: { username: admin.email, password: admin.password } });
    if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).access_token;
  }

  /** Makes a token over the API, for tests that are about something else. */
  async createToken(label: string, rest: object = {}): Promise<Credentials & { id: string }> {
    const body = { label, scopes: ['mintkey:tokens.read'], ...rest };
    const answer = await this.api('/tokens', { key: await this.login(), body });
    if (answer.status !== 201) throw new Error(`create: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Makes a service account over the API. */
  async createServiceAccount(name: string, rest: object = {}): Promise<{ id: string }> {
    const answer = await this.api('/service-accounts', { key: await this.login(), body: { name, ...rest } });
    if (answer.status !== 201) throw new Error(`service account: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Adds scopes to the catalogue over the API. */
  async createScopes(scopes: { name: string; description: string; admin_only?: boolean }[]): Promise<void> {
    const key = await this.login();
    for (const body of scopes) {
      const answer = await this.api('/scopes', { key, body });
      if (answer.status !== 201) throw new Error(`scope: ${answer.status} ${await answer.text()}`);
    }
  }

  /** Ends it as a service manager would; it must end well. */
  async stop(): Promise<void> {
    const ended = new Promise<number | null>((resolve) => {
      if (this.process.exitCode !== null) resolve(this.process.exitCode);
      this.process.once('exit', (code) => resolve(code));
    });
    this.process.kill('SIGTERM');
    const code = await Promise.race([ended, sleep(15_000).then(() => 'no end')]);
    if (code === 'no end') this.process.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`after SIGTERM: ${code} instead of 0\n${this.log}`);
  }

  private async until(what: string, check: () => Promise<boolean | undefined>): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      if (await check()) return;
      await sleep(50);
    }
    throw new Error(`it didn't come to pass that ${what}:\n${this.log}`);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer().once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      listener.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject()));
    });
  });
}
