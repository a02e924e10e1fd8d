/** Which stream holds what: `<tenant>/<environment>/<blueprint>`. Until promotion exists everything is packaged into `default/dev`. */

const TENANT = "default";
const PACKAGING_ENVIRONMENT = "dev";

/** One part of a stream name: what is safe as a directory name on every platform, 63 characters at most. */
const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export interface StreamName {
  readonly tenant: string;
  readonly environment: string;
  readonly blueprint_id: string;
}

/** `..` is refused although its characters are allowed, so that no id can ever climb out of a directory. */
export function isBlueprintId(text: string): boolean {
  return ID.test(text) && !text.includes("..");
}

/** @throws RangeError for an id that `isBlueprintId` refuses: the caller must have asked before */
export function packagingStream(blueprint_id: string): string {
  if (!isBlueprintId(blueprint_id)) throw new RangeError("not a blueprint id");
  return `${TENANT}/${PACKAGING_ENVIRONMENT}/${blueprint_id}`;
}

/** Undefined for a stream of another kind, such as `system`. */
export function parseStreamName(stream: string): StreamName | undefined {
  const parts = stream.split("/");
  const [tenant, environment, blueprint_id] = parts;
  if (parts.length !== 3 || tenant === undefined || environment === undefined || blueprint_id === undefined)
    return undefined;
  if (![tenant, environment, blueprint_id].every(isBlueprintId)) return undefined;
  return { tenant, environment, blueprint_id };
}
