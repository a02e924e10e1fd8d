/**
 * Twenty plans, each simulated: does what `estimate` says of them lie in the simulation's own interval?
 * `npm run campaign:simulation [-- --runs N] [--seed N]`; exit 1 when a whole rollout's chance lies outside, or more of the
 * single figures than chance explains.
 */
import { parseArgs } from "node:util";
import { expectedTraffic, simulatePlan } from "@tau-edge/simulation";
import { AGREEMENT_PLANS } from "../test/simulation/agreement-plans.ts";
import { figuresOutsideMax } from "../test/simulation/figures-outside.ts";

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } });
const [runs, seed] = [Number(values.runs ?? 20_000), Number(values.seed ?? 1)];

let [figures, outside, plansOutside] = [0, 0, 0];
const percent = (ppm: number) => `${(ppm / 10_000).toFixed(3)} %`;
console.log(`${AGREEMENT_PLANS.length} plans, ${runs} rollouts each, seed ${seed}, intervals of 99 %\n`);
for (const { name, plan } of AGREEMENT_PLANS) {
  const started = performance.now();
  const { agreement } = simulatePlan(plan, expectedTraffic(plan), seed, runs);
  const seconds = (performance.now() - started) / 1_000;
  const [whole] = agreement;
  if (whole === undefined) throw new Error("nothing was compared");
  const missed = agreement.filter(({ agrees }) => !agrees);
  figures += agreement.length;
  outside += missed.length;
  if (!whole.agrees) plansOutside += 1;
  const interval = `${percent(whole.low)} to ${percent(whole.high)}`;
  console.log(
    `${whole.agrees ? "inside " : "OUTSIDE"} ${name}: ${percent(whole.estimated)} in ${interval}; ` +
      `${agreement.length - missed.length} of ${agreement.length} figures, ${seconds.toFixed(1)} s`,
  );
  for (const { what, stage, estimated, low, high, unit } of missed)
    console.log(
      `        ${what}${stage === undefined ? "" : ` of stage ${stage}`}: ${estimated} ${unit}, ${low} to ${high}`,
    );
}
const most = figuresOutsideMax(figures);
console.log(
  `\n${outside} of ${figures} figures outside, ${plansOutside} of ${AGREEMENT_PLANS.length} whole rollouts; chance explains ${most}`,
);
process.exit(plansOutside > 0 || outside > most ? 1 : 0);
