// A command that touches what a small program touches: arguments, environment, the wall clock, randomness, stdout.
const name = process.argv.length > 1 ? process.argv[1] : "world";
const shout = process.env.has("SHOUT");

console.log(`hello, ${shout ? name.toUpperCase() : name}`);
console.log(`at ${Date.now().toString()} ms, lucky number ${(Math.random() * 100.0).toString()}`);
