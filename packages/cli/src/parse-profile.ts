/** Apart from its user because it brings the schema library with it, which most calls never need. */
export { parseProfile } from "@tau-edge/manifest";
