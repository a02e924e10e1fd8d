/**
 * Fills the stores of the gateway's Worker in tests. The gateway itself has no way in: this Worker holds the bindings,
 * runs beside it under `wrangler dev` and is never deployed.
 */
interface Bucket {
  put(key: string, bytes: ArrayBuffer): Promise<unknown>;
}

interface Namespace {
  getByName(name: string): { importRecords(stream: string, records: readonly Uint8Array[]): Promise<unknown> };
}

interface Bindings {
  readonly OBJECTS: Bucket;
  readonly LEDGER: Namespace;
}

export default {
  /** PUT /object?key=… with the bytes; PUT /records?stream=… with a JSON list of records as lists of numbers. */
  async fetch(request: Request, { OBJECTS, LEDGER }: Bindings): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/object") {
      await OBJECTS.put(searchParams.get("key") ?? "", await request.arrayBuffer());
      return new Response(null, { status: 204 });
    }
    const records = (await request.json()) as number[][];
    const bytes = records.map((record) => Uint8Array.from(record));
    return Response.json(await LEDGER.getByName("ledger").importRecords(searchParams.get("stream") ?? "", bytes));
  },
};
