import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_OP_VERSION } from '../../src/onepassword/op/release.ts';
import type { Stage } from '../../test/harness/e2e/stage.ts';
import { GemServer } from '../../test/harness/kamal/gem-server.ts';
import { slowOp } from './slow-op.ts';

/** The network that everything is measured on: milliseconds and bytes a second. */
export const MODEL = { roundTrip: 50, bytesPerSecond: 50_000_000, opCall: 300 } as const;

/** What went over the network. */
export interface Traffic {
  /** To 1Password: its vaults, its downloads, and the address that names the latest version. */
  readonly requests: number;
  readonly bytes: number;
}

/** The servers that a set-up asks, as far away as the model says; the vaults and releases are the stage's. */
export class Network implements AsyncDisposable {
  readonly gems: GemServer;
  readonly latest: string;
  readonly #stage: Stage;
  readonly #server: Server;
  #asked = 0;
  #before = 0;

  private constructor(stage: Stage, gems: GemServer, server: Server) {
    this.#stage = stage;
    this.gems = gems;
    this.#server = server;
    this.latest = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (_, response) => {
      this.#asked += 1;
      const answer = JSON.stringify({ CLI2: { release: { version: DEFAULT_OP_VERSION } } });
      setTimeout(() => response.end(answer), MODEL.roundTrip);
    });
  }

  /** @param gems a directory of `*.gem` files: Kamal and all that it depends on */
  static async set(stage: Stage, gems: string): Promise<Network> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const network = new Network(stage, await GemServer.of(gems), server);
    network.gems.latencyMs = MODEL.roundTrip;
    stage.releases.latencyMs = MODEL.roundTrip;
    stage.releases.bytesPerSecond = MODEL.bytesPerSecond;
    await stage.releases.publish({ version: DEFAULT_OP_VERSION, program: slowOp(DEFAULT_OP_VERSION) });
    return network;
  }

  /** Counts from here on. */
  forget(): void {
    this.#stage.service.forget();
    this.#stage.service.fail({ kind: 'delay', ms: MODEL.roundTrip });
    this.#stage.releases.forget();
    this.#asked = 0;
    this.#before = this.gems.bytes;
  }

  async traffic(): Promise<Traffic> {
    await sleep(50); // the release server counts an answer when it is closed
    const { service, releases } = this.#stage;
    return {
      requests: service.requests.length + releases.requests.length + this.#asked,
      bytes: releases.bytes + this.gems.bytes - this.#before,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gems[Symbol.asyncDispose]();
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }
}
