/** The story in a state directory, told a few minutes ago, as another process would have left it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "@tau-edge/adapter-memory";
import { openState } from "@tau-edge/adapter-node";
import { type Story, type StoryArtifact, tellStory } from "./rollout-story.ts";

export interface PlantedStory extends Story {
  readonly stateDir: string;
  remove(): Promise<void>;
}

/** Less than a window may be silent, so that a controller that comes now finds nothing stale. */
const TOLD_BEFORE_MS = 2 * 60_000;

export async function plantStory(artifactOf?: (name: string) => StoryArtifact): Promise<PlantedStory> {
  const stateDir = await mkdtemp(join(tmpdir(), "tau-edge-story-"));
  const clock = new ManualClock(Date.now() - TOLD_BEFORE_MS);
  const state = await openState(stateDir, { clock });
  const story = await tellStory({ ...state, clock }, artifactOf);
  await state.close();
  return { ...story, stateDir, remove: () => rm(stateDir, { recursive: true, force: true }) };
}
