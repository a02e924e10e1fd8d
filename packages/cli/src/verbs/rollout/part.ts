/**
 * All verbs about rollouts as one part of what is published: each needs the schema library, and as parts of their own each
 * would carry a copy of it.
 */
export { abortVerb } from "./abort.ts";
export { approveVerb } from "./approve.ts";
export { compareVerb } from "./compare.ts";
export { freezeVerb, unfreezeVerb } from "./freeze.ts";
export { historyVerb } from "./history.ts";
export { listVerb } from "./list.ts";
export { outcomesVerb } from "./outcomes.ts";
export { pauseVerb } from "./pause.ts";
export { planVerb } from "./plan.ts";
export { preflightVerb } from "./preflight.ts";
export { promoteVerb } from "./promote.ts";
export { releaseCreateVerb } from "./release-create.ts";
export { releaseListVerb } from "./release-list.ts";
export { replayVerb } from "./replay.ts";
export { resolveVerb } from "./resolve.ts";
export { resumeVerb } from "./resume.ts";
export { retryVerb } from "./retry.ts";
export { revalidateVerb } from "./revalidate.ts";
export { rollbackVerb } from "./rollback.ts";
export { runVerb } from "./run.ts";
export { startVerb } from "./start.ts";
export { statusVerb } from "./status.ts";
export { undoVerb } from "./undo.ts";
export { watchVerb } from "./watch.ts";
