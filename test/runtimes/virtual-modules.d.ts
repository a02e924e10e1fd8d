/** Made by fixture-bytes.ts while the tests for workerd are bundled. */
declare module "virtual:fixture-bytes" {
  const fixtures: readonly { readonly name: string; readonly base64: string }[];
  export default fixtures;
}
