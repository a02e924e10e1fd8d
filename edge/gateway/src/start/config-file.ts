/** The configuration file of a gateway: strict JSON, where an unknown key is refused and not passed over. */
import { decodeUtf8, EncodingError, readJson } from "@tau-edge/encoding";
import { isPasswordHash } from "@tau-edge/identity";
import { jsonPath } from "@tau-edge/manifest";
import { z } from "zod";
import { isNetwork } from "../http/client-address.ts";
import { isHostName } from "../http/hosts.ts";
import { LIMITS } from "../limits.ts";
import { issueWords } from "../request/issue-words.ts";
import { isTokenHash, refused, type Written } from "./auth-values.ts";

/** How a platform reads the files that an operator names. */
export interface ConfigFiles {
  /**
   * Follows symbolic links: that is how mounted secrets are laid out.
   * @throws Error for what is no readable file of at most so many bytes
   */
  read(path: string, size_bytes_max: number): Promise<Uint8Array>;
  /** A path that stands in a file, as seen from where that file lies. */
  beside(file: string, path: string): string;
}

const textSchema = z.string().max(LIMITS.secret_bytes_max);
const hereSchema = textSchema.transform((text) => ({ text }));
const fileSchema = z.strictObject({ file: z.string().min(1).max(4_096) });
const hashSchema = z
  .strictObject({ hash: textSchema })
  .transform(({ hash }) => ({ text: hash, hashed: true as const }));

const originSchema = z
  .string()
  .max(LIMITS.origin_chars_max)
  .refine(isOrigin, "an origin as browsers send it, such as https://desk.example");

const readersSchema = z.enum(["anyone", "agents"]);
const originsSchema = z.array(originSchema).max(LIMITS.origins_max);
const networkSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/, "lowercase letters, digits, `.`, `_` and `-`, at most 63");

const ConfigFileSchema = z.strictObject({
  gateway: z.strictObject({
    auth: z
      .strictObject({
        mode: z.enum(["token", "password"]).exactOptional(),
        token: z.union([hereSchema, fileSchema, hashSchema]).exactOptional(),
        password: z.union([hereSchema, fileSchema, hashSchema]).exactOptional(),
        bootstrap_secret: z.union([hereSchema, fileSchema]).exactOptional(),
        readers: readersSchema.exactOptional(),
        origins: originsSchema.exactOptional(),
      })
      .default({}),
    network: networkSchema.exactOptional(),
    trusted_proxies: z
      .array(z.string().max(64).refine(isNetwork, "an address or a network, such as 10.0.0.0/8"))
      .max(LIMITS.trusted_proxies_max)
      .exactOptional(),
  }),
});

type ConfigFile = z.output<typeof ConfigFileSchema>["gateway"];

export interface ReadConfig extends Omit<ConfigFile, "auth"> {
  readonly auth: Pick<ConfigFile["auth"], "mode" | "readers" | "origins"> & {
    readonly token?: Written;
    readonly password?: Written;
    readonly bootstrap_secret?: Written;
  };
}

/** With the files that it names for secrets. @throws ListenError `usage` */
export async function readConfig(path: string, files: ConfigFiles): Promise<ReadConfig> {
  const { auth, ...rest } = parse(path, await bytesOf(path, LIMITS.config_bytes_max, files, path));
  const { token, password, bootstrap_secret, ...words } = auth;
  const written = async (name: string, value: { readonly text: string } | { readonly file: string } | undefined) => {
    const at = `${path} $.gateway.auth.${name}`;
    if (value === undefined) return {};
    if ("text" in value) return { [name]: { ...value, at } };
    const bytes = await bytesOf(files.beside(path, value.file), LIMITS.secret_bytes_max, files, at).catch(() => {
      // Whoever took the secret for the name of its file must not find it in a log.
      throw refused(
        `${at}.file`,
        `the file that it names cannot be read, or has more than ${LIMITS.secret_bytes_max} bytes`,
      );
    });
    return { [name]: { text: textOf(bytes, at), at: `${at}.file` } };
  };
  return {
    ...rest,
    auth: {
      ...words,
      ...(await written("token", token)),
      ...(await written("password", password)),
      ...(await written("bootstrap_secret", bootstrap_secret)),
    },
  };
}

/**
 * Where secrets stand in the file itself: not hashes of them, and not the names of other files.
 * @throws ListenError `usage`
 */
export async function plainSecretsOf(path: string, files: ConfigFiles): Promise<readonly string[]> {
  const { auth } = parse(path, await bytesOf(path, LIMITS.config_bytes_max, files, path));
  const { token, password, bootstrap_secret } = auth;
  return Object.entries({ token, password, bootstrap_secret }).flatMap(([name, value]) => {
    if (value === undefined || "file" in value || "hashed" in value) return [];
    return isTokenHash(value.text) || isPasswordHash(value.text) ? [] : [`$.gateway.auth.${name}`];
  });
}

/** What is no secret, where there is no file: on Workers these are variables. Empty is the same as absent. */
export interface WordVariables {
  readonly READERS?: string | undefined;
  /** With commas between them. */
  readonly ORIGINS?: string | undefined;
  readonly NETWORK?: string | undefined;
}

const WordVariablesSchema = z.object({
  READERS: readersSchema.optional(),
  ORIGINS: originsSchema.optional(),
  NETWORK: networkSchema.optional(),
});

/** @throws ListenError `usage` */
export function settingsWords(variables: WordVariables): Pick<ReadConfig["auth"], "readers" | "origins"> & {
  readonly network?: string;
} {
  const parsed = WordVariablesSchema.safeParse({
    READERS: variables.READERS || undefined,
    ORIGINS: variables.ORIGINS?.split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ""),
    NETWORK: variables.NETWORK || undefined,
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(String(issue?.path[0]), issue?.message ?? "it is not valid");
  }
  const { READERS: readers, ORIGINS: origins, NETWORK: network } = parsed.data;
  return {
    ...(readers === undefined ? {} : { readers }),
    ...(origins === undefined ? {} : { origins }),
    ...(network === undefined ? {} : { network }),
  };
}

function parse(path: string, bytes: Uint8Array): ConfigFile {
  const parsed = ConfigFileSchema.safeParse(jsonOf(path, bytes));
  if (parsed.success) return parsed.data.gateway;
  const [issue] = parsed.error.issues;
  throw refused(`${path} ${jsonPath(issue?.path ?? [])}`, issueWords(issue), {
    remedy: 'Write {"gateway": {"auth": {"token": {"file": "PATH"}}}}; docs/gateway.md lists every key.',
  });
}

function jsonOf(path: string, bytes: Uint8Array): unknown {
  try {
    return readJson(bytes, { size_bytes_max: LIMITS.config_bytes_max });
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    // Its message may quote the text.
    throw refused(`${path} ${error.at}`, "it is not strict JSON");
  }
}

async function bytesOf(path: string, size_bytes_max: number, files: ConfigFiles, at: string): Promise<Uint8Array> {
  try {
    return await files.read(path, size_bytes_max);
  } catch (error) {
    throw refused(at, `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Editors end a file with a line feed, which is no part of a secret. */
function textOf(bytes: Uint8Array, at: string): string {
  try {
    return decodeUtf8(bytes).replace(/\r?\n$/, "");
  } catch {
    throw refused(at, "the file is not UTF-8");
  }
}

function isOrigin(text: string): boolean {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return false;
  const { origin, hostname } = new URL(text);
  return origin === text && isHostName(hostname);
}
