// An identity provider for tests: oidc-provider with one client and whatever account logs in.
import { Provider } from 'oidc-provider';

const [port, redirect, secret] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'headway',
      redirect_uris: [redirect],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      ...(secret ? { client_secret: secret } : { token_endpoint_auth_method: 'none' }),
    },
  ],
  pkce: { required: () => true },
  cookies: { keys: ['a key for tests'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username'], groups: ['groups'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      preferred_username: id,
      email: `${id}@example.com`,
      email_verified: true,
      groups: id === 'eve' ? ['visitors'] : ['team-shop', 'everybody'],
    }),
  }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
