// A real OpenID provider on loopback for the tests. Whoever comes to its log-in page says as which account.
// The first line on stdout that is a number is its port; it ends with its input.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [, , modules, redirect] = process.argv;
const { default: Provider } = await import(pathToFileURL(join(modules, 'oidc-provider/lib/index.js')).href);

const accounts = {
  ada: { email: 'ada@example.org', email_verified: true },
  unverified: { email: 'ada@example.org', email_verified: false },
  stranger: { email: 'stranger@example.org', email_verified: true },
};
let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{ client_id: 'hub', client_secret: 'hub-secret', redirect_uris: [redirect] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['tests only'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/as/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    async loadExistingGrant(context) {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  });
  const pages = provider.callback();
  answer = (request, response) => request.url.startsWith('/as/')
    ? provider.interactionFinished(request, response, {
      login: { accountId: new URL(request.url, 'http://localhost').searchParams.get('account') },
    })
    : pages(request, response);
  console.log(port);
});
process.stdin.resume().on('end', () => process.exit(0));
