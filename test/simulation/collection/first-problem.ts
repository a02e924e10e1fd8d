// Races from one seed to another until one of them finds something, and says what. Arguments: both seeds. Exit 1: found.
import { race } from "./race.ts";

const [, , first = "1", last = "1"] = process.argv;
for (let seed = Number(first); seed <= Number(last); seed++) {
  try {
    await race(seed);
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
