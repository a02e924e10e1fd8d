/** Every threat that docs/threats.md lists and `npm run campaign:defences` takes the defences away from. */
import type { ThreatGroup } from "./defence.ts";
import { INSIDERS } from "./insiders.ts";
import { LINKS } from "./links.ts";
import { PAGES } from "./pages.ts";
import { PROOFS_GROUP } from "./proofs.ts";
import { SECRETS } from "./secrets.ts";
import { SIGNATURES } from "./signatures.ts";

export const THREAT_GROUPS: readonly ThreatGroup[] = [SIGNATURES, SECRETS, LINKS, PROOFS_GROUP, PAGES, INSIDERS];
