/** Lets several processes run as one: at each call of a port, chance says whose turn it is. */
import { setImmediate } from "node:timers/promises";
import type { SeededChance } from "@tau-edge/adapter-memory";

interface Waiting {
  readonly actor: string;
  readonly go: () => void;
}

export class Schedule {
  readonly #chance: SeededChance;
  /** Of a hundred turns, how many go to whoever had the last one: races need both long and short stretches. */
  readonly #stay_percent: number;
  #waiting: Waiting[] = [];
  #last = "";

  constructor(chance: SeededChance, stay_percent: number) {
    this.#chance = chance;
    this.#stay_percent = stay_percent;
  }

  /** Resolves when it is this actor's turn. */
  turn(actor: string): Promise<void> {
    return new Promise((go) => this.#waiting.push({ actor, go }));
  }

  /**
   * Until all have ended.
   * @param look is called after each step, while nobody runs
   * @throws the first failure of an actor or of `look`; and when everybody waits for something that never comes
   */
  async run(actors: readonly Promise<void>[], look: () => void): Promise<void> {
    let running = actors.length;
    const failures: unknown[] = [];
    for (const actor of actors)
      actor.then(
        () => {
          running -= 1;
        },
        (error: unknown) => {
          running -= 1;
          failures.push(error);
        },
      );
    for (;;) {
      // Nothing in memory waits for more than what is queued already.
      await setImmediate();
      if (failures.length > 0) throw failures[0];
      look();
      if (this.#waiting.length > 0) this.#next().go();
      else if (running === 0) return;
      else throw new Error("everybody waits for something that never comes");
    }
  }

  #next(): Waiting {
    const same = this.#waiting.filter(({ actor }) => actor === this.#last);
    const stays = same.length > 0 && this.#chance.below(100) < this.#stay_percent;
    const chosen = this.#chance.pick(stays ? same : this.#waiting);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== chosen);
    this.#last = chosen.actor;
    return chosen;
  }
}

/** The same port, each call of which waits for its turn; each page of what it iterates too. */
export function scheduled<Port extends object>(port: Port, turn: () => Promise<void>): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (ITERATING.has(name)) return inTurns(Reflect.apply(member, target, args), turn);
        return turn().then(() => Reflect.apply(member, target, args));
      };
    },
  });
}

const ITERATING: ReadonlySet<string | symbol> = new Set(["stored", "named", "marks"]);

async function* inTurns<Page>(pages: AsyncIterable<Page>, turn: () => Promise<void>): AsyncGenerator<Page> {
  const iterator = pages[Symbol.asyncIterator]();
  for (;;) {
    await turn();
    const { done, value } = await iterator.next();
    if (done === true) return;
    yield value;
  }
}
