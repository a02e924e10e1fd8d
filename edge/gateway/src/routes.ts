/** Every path of the gateway. A new resource is a file in resources/ and a line here. */

import { blueprintsRoute, deliverablesRoute } from "./resources/blueprints.ts";
import { livezRoute } from "./resources/livez.ts";
import { artifactRoute, manifestRoute } from "./resources/objects.ts";
import { openApiRoute } from "./resources/openapi.ts";
import { readyzCheckRoute, readyzRoute } from "./resources/readyz.ts";
import { statusRoute } from "./resources/status.ts";
import type { Route } from "./route.ts";

const RESOURCES: readonly Route[] = [
  livezRoute,
  readyzRoute,
  readyzCheckRoute,
  statusRoute,
  blueprintsRoute,
  deliverablesRoute,
  artifactRoute,
  manifestRoute,
];

export const ROUTES: readonly Route[] = [...RESOURCES, openApiRoute(RESOURCES)];
