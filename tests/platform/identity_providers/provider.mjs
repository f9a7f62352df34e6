// A real provider on loopback: node provider.mjs MODULE SETTINGS. It says where it listens, and ends with whoever started it.
import { createServer } from "node:http";

const { default: Provider } = await import(process.argv[2]);
const { client, accounts } = JSON.parse(process.argv[3]);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ["sub"], profile: ["name", "roles"], email: ["email"] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.on("end", () => process.exit()).resume();
