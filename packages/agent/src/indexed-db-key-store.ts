/**
 * Keys in a browser: IndexedDB keeps a CryptoKey as the handle that it is, so that it survives a reload and its bytes
 * are never in the page. A browser may throw the store away; then the agent needs a new link.
 */
import { AgentError } from "./errors.ts";
import type { KeptAgent, KeyStore } from "./key-store.ts";

const DATABASE = "tau-edge-agent";
const STORE = "agents";

export function indexedDbKeyStore(factory: IDBFactory = indexedDB): KeyStore {
  return {
    load: (gateway) => transact(factory, "readonly", (store) => store.get(gateway)).then(kept),
    save: async (gateway, agent) => void (await transact(factory, "readwrite", (store) => store.put(agent, gateway))),
    forget: async (gateway) => void (await transact(factory, "readwrite", (store) => store.delete(gateway))),
  };
}

async function transact<T>(
  factory: IDBFactory,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  try {
    const database = await opened(factory);
    try {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = act(transaction.objectStore(STORE));
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      return request.result;
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new AgentError("store_unusable", undefined, { cause });
  }
}

function opened(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(DATABASE, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** What another version of the page left is not taken for an agent: a new link makes another. */
function kept(value: unknown): KeptAgent | undefined {
  return isKept(value) ? value : undefined;
}

function isKept(value: unknown): value is KeptAgent {
  if (typeof value !== "object" || value === null) return false;
  if (!("keys" in value && "standing" in value && "link_id" in value && "pinned" in value)) return false;
  const { keys } = value;
  if (typeof keys !== "object" || keys === null || !("privateKey" in keys && "publicKey" in keys)) return false;
  const { privateKey, publicKey } = keys;
  return privateKey instanceof CryptoKey && !privateKey.extractable && publicKey instanceof CryptoKey;
}
