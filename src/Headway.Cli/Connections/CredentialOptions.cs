using System.Collections.Immutable;
using System.CommandLine;
using Headway.Server.Connections;

namespace Headway.Cli.Connections;

/// <summary>How the server says who it is, read from files.</summary>
internal static class CredentialOptions
{
    private static readonly Option<string> Bearer = AddConnection.Text("--bearer-file", "File of a bearer token.", "path");
    private static readonly Option<string> User = AddConnection.Text("--user", "User of basic authentication.", "name");
    private static readonly Option<string> Password = AddConnection.Text("--password-file", "File of its password.", "path");
    private static readonly Option<string> Header = AddConnection.Text("--header", "Name of a header.", "name");
    private static readonly Option<string> HeaderValue = AddConnection.Text("--header-file", "File of its value.", "path");
    private static readonly Option<string> ApiKey = AddConnection.Text(
        "--api-key-file", "File of the API key (datadog) or the user key (newRelic).", "path");
    private static readonly Option<string> ApplicationKey = AddConnection.Text(
        "--application-key-file", "File of the application key (datadog).", "path");
    private static readonly Option<string> AccessKey = AddConnection.Text(
        "--access-key", "Id of the access key (cloudWatch).", "id");
    private static readonly Option<string> SecretKey = AddConnection.Text(
        "--secret-key-file", "File of the secret access key (cloudWatch).", "path");
    private static readonly Option<string> Session = AddConnection.Text(
        "--session-token-file", "File of the session token (cloudWatch), if it has one.", "path");

    private static readonly Option<string> Role = AddConnection.Text("--role-id", "Id of an AppRole (vault).", "id");
    private static readonly Option<string> RoleSecret = AddConnection.Text(
        "--secret-id-file", "File of the secret id of the AppRole (vault).", "path");
    private static readonly Option<string> RoleMount = AddConnection.Text(
        "--role-mount", "Where AppRole is enabled (vault; `approle` when not given).", "path");

    public static readonly ImmutableArray<Option<string>> All =
        [
            Bearer, User, Password, Header, HeaderValue, ApiKey, ApplicationKey, AccessKey, SecretKey, Session, Role, RoleSecret,
            RoleMount,
        ];

    /// <exception cref="CliException">One half of what belongs together is missing, or there are two.</exception>
    public static async Task<Credential?> ReadAsync(ParseResult result, ConnectionKind kind, CancellationToken stop)
    {
        Credential?[] given =
        [
            result.GetValue(Bearer) is null ? null : new Credential.Bearer(await SecretAsync(Bearer)),
            Has(User, Password) ? new Credential.Basic(result.GetValue(User)!, await SecretAsync(Password)) : null,
            Has(Header, HeaderValue) ? Headers((result.GetValue(Header)!, await SecretAsync(HeaderValue))) : null,
            result.GetValue(ApiKey) is null ? null : kind == ConnectionKind.Datadog && Has(ApiKey, ApplicationKey)
                ? Headers(("DD-API-KEY", await SecretAsync(ApiKey)),
                    ("DD-APPLICATION-KEY", await SecretAsync(ApplicationKey)))
                : Headers(("API-Key", await SecretAsync(ApiKey))),
            Has(AccessKey, SecretKey)
                ? new Credential.Aws(result.GetValue(AccessKey)!, await SecretAsync(SecretKey),
                    result.GetValue(Session) is null ? null : await SecretAsync(Session))
                : null,
            Has(Role, RoleSecret) ? new Credential.AppRole(result.GetValue(Role)!, await SecretAsync(RoleSecret),
                result.GetValue(RoleMount) ?? "approle") : null,
        ];
        var credentials = given.OfType<Credential>().ToArray();
        return credentials.Length > 1
            ? throw new CliException(ExitCode.Usage, "A connection has one kind of credential.")
            : credentials.FirstOrDefault();

        bool Has(Option<string> one, Option<string> other) =>
            (result.GetValue(one) is null) == (result.GetValue(other) is null)
                ? result.GetValue(one) is not null
                : throw new CliException(ExitCode.Usage, $"{one.Name} and {other.Name} belong together.");

        async Task<string> SecretAsync(Option<string> file) =>
            (await AddConnection.FileAsync(result.GetValue(file), stop))!;
    }

    private static Credential.Headers Headers(params (string Name, string Value)[] headers) =>
        new(headers.ToImmutableSortedDictionary(header => header.Name, header => header.Value));
}
