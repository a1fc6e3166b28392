/** A service account: its credentials, its token, its keyset, and which vaults it may see. */

import { randomBytes } from 'node:crypto';
import { base64url, KeyPair, newId, SymmetricKey } from './crypto.ts';
import { verifierOf } from './srp.ts';
import type { Vault } from './vault.ts';

/** What a test says of a service account. */
export interface AccountInput {
  /** Titles or ids of the vaults and Environments it sees; default: every one. */
  readonly vaults?: readonly string[];
  /** Reads it may make, counted from its first one; the next answers 429. Default 1,000. */
  readonly readsPerHour?: number;
}

/** The parts of a token, in the service's own names. */
export interface TokenParts {
  readonly signInAddress: string;
  readonly userAuth: UserAuth;
  readonly email: string;
  readonly srpX: string;
  readonly muk: ReturnType<SymmetricKey['jwk']>;
  readonly secretKey: string;
  readonly throttleSecret: { readonly seed: string; readonly uuid: string };
  readonly deviceUuid: string;
}

export interface UserAuth {
  readonly method: string;
  readonly alg: string;
  readonly iterations: number;
  readonly salt: string;
}

const ALL_PERMISSIONS = 0x7ffffffe; // bits of an access record; the SDK does not check them for reads

export class ServiceAccount {
  readonly id = newId().toUpperCase();
  readonly email = `${newId().slice(0, 13)}@1passwordserviceaccounts.com`;
  readonly secretKeyId = 'C4ZJMN';
  readonly salt = randomBytes(16);
  readonly verifier: bigint;
  /** The token that signs in as this account: `ops_` and base64url JSON. */
  readonly token: string;
  readonly readsPerHour: number;
  readsUsed = 0;
  revoked = false;
  readonly #parts: TokenParts;
  readonly #vaults: readonly string[] | undefined;
  readonly #masterKey = new SymmetricKey('mp');
  readonly #keysetKey = new SymmetricKey();
  readonly #keyPair = new KeyPair(this.#keysetKey.kid);

  constructor(signInAddress: string, { vaults, readsPerHour = 1000 }: AccountInput = {}) {
    const srpX = randomBytes(32);
    this.verifier = verifierOf(srpX);
    this.readsPerHour = readsPerHour;
    this.#vaults = vaults;
    this.#parts = {
      signInAddress,
      userAuth: this.userAuth(),
      email: this.email,
      srpX: srpX.toString('hex'),
      muk: this.#masterKey.jwk(),
      secretKey: `A3-${this.secretKeyId}-PQTZTL-HGL84-G64M7-KVZRN-4ZVP6`,
      throttleSecret: { seed: randomBytes(32).toString('hex'), uuid: newId().toUpperCase() },
      deviceUuid: newId(),
    };
    this.token = this.tokenWith({});
  }

  /** The token with some parts replaced, e.g. a wrong `srpX` or another `signInAddress`. */
  tokenWith(parts: Partial<TokenParts>): string {
    return `ops_${base64url(Buffer.from(JSON.stringify({ ...this.#parts, ...parts })))}`;
  }

  sees(vault: Vault): boolean {
    return (
      this.#vaults === undefined || this.#vaults.includes(vault.title) || this.#vaults.includes(vault.id)
    );
  }

  userAuth(): UserAuth {
    const salt = base64url(this.salt);
    return { method: 'SRPg-4096', alg: 'PBES2g-HS256', iterations: 650_000, salt };
  }

  /** Master unlock key → keyset key → RSA private key. */
  keyset(): object {
    const salt = base64url(randomBytes(16));
    const sealed = this.#masterKey.seal(this.#keysetKey.jwk());
    return {
      uuid: this.#keysetKey.kid,
      encryptedBy: 'mp',
      sn: 1,
      encSymKey: { ...sealed, alg: 'PBES2g-HS256', p2c: 650_000, p2s: salt },
      encPriKey: this.#keysetKey.seal(this.#keyPair.jwk('privateKey')),
      pubKey: this.#keyPair.jwk('publicKey'),
      encSPriKey: null,
      spubKey: null,
    };
  }

  /** A vault's record, with the vault's key wrapped for this account. */
  vaultRecord(vault: Vault): object {
    return {
      uuid: vault.id,
      type: vault.type,
      createdAt: '2024-01-01T00:00:00Z',
      updatedAt: '2024-01-01T00:00:00Z',
      attrVersion: 1,
      contentVersion: vault.contentVersion,
      activeItemCount: vault.items.filter((item) => item.trashed === 'N').length,
      encAttrs: vault.key.seal({ name: vault.title, desc: vault.description, avatar: '', type: vault.type }),
      clientAccess: ALL_PERMISSIONS,
      combinedAccess: {
        vaultUuid: vault.id,
        accessorType: 'user',
        accessorUuid: this.id,
        accessVersion: 1,
        acl: ALL_PERMISSIONS,
        leaseTimeout: 0,
        vaultKeySN: 1,
        encryptedBy: this.#keyPair.kid,
        encVaultKey: this.#keyPair.seal(vault.key.jwk()),
      },
    };
  }
}
