/** What goes between an agent and its gateway: what was answered is noted, and on demand one bit of an artifact is turned. */

export interface WatchedWire {
  /** For an agent in the place of `fetch`. */
  send(url: string, init: RequestInit): Promise<Response>;
  /** Of what was answered since this was asked for last: status and path. */
  answered(): readonly string[];
  tampering: boolean;
}

export function watchWire(): WatchedWire {
  let answers: string[] = [];
  const wire: WatchedWire = {
    tampering: false,
    async send(url, init) {
      const response = await fetch(url, init);
      const { pathname } = new URL(url);
      const refused = /error="(\w+)"/.exec(response.headers.get("www-authenticate") ?? "")?.[1];
      answers.push([response.status, pathname, ...(refused === undefined ? [] : [refused])].join(" "));
      return wire.tampering && pathname.startsWith("/v1/artifacts/") ? turnOneBit(response) : response;
    },
    answered() {
      const all = answers;
      answers = [];
      return all;
    },
  };
  return wire;
}

/** The last bit: length and everything that is said about it stay. */
async function turnOneBit(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return new Response(bytes, response);
}
