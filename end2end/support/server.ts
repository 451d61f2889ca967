import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The first administrator of every server, except where a test sets it up. */
export const admin = { email: 'ops@example.com', password: 'seven plain words make a pass' };

/** The credentials in the response to creating or rotating a token. */
export interface Credentials {
  client_id: string;
  client_secret: string;
  api_key: string;
}

/** A certificate for the API servers of clusters, in PEM. */
export const certificate = await readFile(new URL('../../src/service/tests/authority.pem', import.meta.url), 'utf8');

/** The executable under test: by default, the one that `cargo xtask serve` built. */
const file = process.env.MINTKEY_SERVER ?? fileURLToPath(new URL('../../target/debug/mintkey', import.meta.url));

/** The real executable, on its own database and a free loopback port. */
export class Server {
  /** All output of the server. */
  log = '';

  private constructor(
    /** The origin, without a trailing slash. */
    readonly url: string,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  /** Starts the server and waits until it responds. Without an administrator, it prints the setup link. */
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

  /** The setup link that the first start prints. */
  async setupLink(): Promise<string> {
    const link = /http:\/\/\S+\/setup\?code=[^\s"]+/;
    await this.until('the set-up link is printed', async () => link.test(this.log));
    return this.log.match(link)![0];
  }

  /** Runs `mintkey admin …` on the same database while the server runs; returns its output. */
  async admin(...args: string[]): Promise<string> {
    const database = ['--database-url', `sqlite:${join(this.folder, 'mintkey.db')}`];
    const run = promisify(execFile)(file, ['admin', ...args, ...database], { env: { HOME: this.folder } });
    // The password for `create-user`.
    run.child.stdin!.end('twelve other plain words here\n');
    return (await run).stdout.trim();
  }

  /** Creates an invitation over the API; returns its link. */
  async invite(email: string, role = 'member'): Promise<string> {
    const answer = await this.api('/members/invitations', { key: await this.login(), body: { email, role } });
    if (answer.status !== 201) throw new Error(`invite: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).url;
  }

  /** Sends a request to the JSON API. */
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

  /** Creates a token over the API, for tests of other features. */
  async createToken(label: string, rest: object = {}): Promise<Credentials & { id: string }> {
    const body = { label, scopes: ['mintkey:tokens.read'], ...rest };
    const answer = await this.api('/tokens', { key: await this.login(), body });
    if (answer.status !== 201) throw new Error(`create: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Creates a service account over the API. */
  async createServiceAccount(name: string, rest: object = {}): Promise<{ id: string }> {
    const answer = await this.api('/service-accounts', { key: await this.login(), body: { name, ...rest } });
    if (answer.status !== 201) throw new Error(`service account: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Adds a Kubernetes cluster over the API. */
  async createCluster(name: string, rest: object = {}): Promise<{ id: string }> {
    const body = { name, server: 'https://10.4.0.1:6443', ca_pem: certificate, ...rest };
    const answer = await this.api('/clusters', { key: await this.login(), body });
    if (answer.status !== 201) throw new Error(`cluster: ${answer.status} ${await answer.text()}`);
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

  /** Stops the server with SIGTERM, and checks its exit code. */
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
