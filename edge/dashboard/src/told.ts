import { AgentError } from "@tau-edge/agent";
import { log } from "./elements.ts";

/** Does it, and says what went wrong and what can be done. @returns undefined when it went wrong */
export async function told<Value>(act: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await act();
  } catch (error) {
    tell(error);
    return undefined;
  }
}

export function tell(error: unknown): void {
  if (error instanceof AgentError) {
    const code = ` (${error.code})`;
    log(`${sentence(error.message.slice(0, -code.length))} ${error.remedy}${code}`, "bad");
  } else log(error instanceof Error ? error.message : String(error), "bad");
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
