/** The version that `/gateway/status` shows; a test keeps it equal to package.json. */
export const GATEWAY_VERSION = "0.1.0";
