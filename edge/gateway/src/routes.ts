/** Every path of the gateway. A new resource is a file in resources/ and a line here. */

import { agentsRoute, revokeAgentRoute } from "./resources/agents.ts";
import { blueprintsRoute, deliverablesRoute } from "./resources/blueprints.ts";
import { didDocumentRoute, gatewayDidRoute, payloadRoute } from "./resources/dids.ts";
import { exchangeRoute } from "./resources/exchange.ts";
import { freezeRoute, unfreezeRoute } from "./resources/freezes.ts";
import { historyRoute } from "./resources/history.ts";
import { createLinkRoute, linksRoute, revokeLinkRoute } from "./resources/links.ts";
import { livezRoute } from "./resources/livez.ts";
import { metricsRoute } from "./resources/metrics.ts";
import { artifactRoute, derivedRoute, manifestRoute } from "./resources/objects.ts";
import { openApiRoute } from "./resources/openapi.ts";
import { bootRoute, dashboardRoute } from "./resources/pages.ts";
import { readyzCheckRoute, readyzRoute } from "./resources/readyz.ts";
import { createReleaseRoute, releasesRoute } from "./resources/releases.ts";
import { replayAgainstRoute, replayRoute, traceRoute } from "./resources/replay.ts";
import { reportsRoute } from "./resources/reports.ts";
import { resolveRoute } from "./resources/resolve.ts";
import { revalidationRoute } from "./resources/revalidations.ts";
import { commandRoute } from "./resources/rollout-commands.ts";
import { rolloutEventsRoute } from "./resources/rollout-events.ts";
import { preflightRoute, rolloutRoute, rolloutsRoute, startRoute } from "./resources/rollouts.ts";
import { rotateRoute } from "./resources/rotate.ts";
import { sessionRoute } from "./resources/session.ts";
import { statusRoute } from "./resources/status.ts";
import { tokenRoute } from "./resources/token.ts";
import { createTokenRoute, revokeTokenRoute, tokensRoute } from "./resources/tokens.ts";
import { undoRoute } from "./resources/undos.ts";
import type { Route } from "./route.ts";

const RESOURCES: readonly Route[] = [
  livezRoute,
  readyzRoute,
  readyzCheckRoute,
  metricsRoute,
  statusRoute,
  blueprintsRoute,
  deliverablesRoute,
  artifactRoute,
  manifestRoute,
  derivedRoute,
  resolveRoute,
  reportsRoute,
  rolloutsRoute,
  startRoute,
  rolloutRoute,
  rolloutEventsRoute,
  commandRoute,
  replayRoute,
  replayAgainstRoute,
  traceRoute,
  preflightRoute,
  undoRoute,
  freezeRoute,
  unfreezeRoute,
  revalidationRoute,
  createReleaseRoute,
  releasesRoute,
  historyRoute,
  createLinkRoute,
  linksRoute,
  revokeLinkRoute,
  exchangeRoute,
  tokenRoute,
  sessionRoute,
  tokensRoute,
  createTokenRoute,
  revokeTokenRoute,
  rotateRoute,
  agentsRoute,
  revokeAgentRoute,
  gatewayDidRoute,
  payloadRoute,
  didDocumentRoute,
  bootRoute,
  dashboardRoute,
];

export const ROUTES: readonly Route[] = [...RESOURCES, openApiRoute(RESOURCES)];
