using System.Text.Json;
using Headway.Core.Rollouts;
using Headway.Core.Secrets;
using Headway.Server.Access;
using Headway.Server.Secrets.Keys;
using Headway.Server.Secrets.Outside;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Secrets;

/// <param name="Value">The bytes, in base64; null with `outside`.</param>
public sealed record SecretWanted(
    string Name, byte[]? Value, bool AsNext = false, SecretScope? Scope = null, DateTimeOffset? ExpiresAt = null,
    SecretOutside? Outside = null)
{
    public override string ToString() => Name;
}

/// <param name="Change">`promote`, `rollback` or `retire`.</param>
public sealed record SecretChange(string Name, string Change);

public sealed record SecretNamed(string Name);

public sealed record SecretScopeWanted(string Name, SecretScope Scope);

/// <param name="Type">As it is stored.</param>
public sealed record SecretMoment(DateTimeOffset At, string Says, string Actor, string Type, JsonElement Data)
{
    public static SecretMoment Of(Recorded<SecretEvent> recorded)
    {
        var stored = EventTypes.Known.New(recorded.Event, recorded.Actor);
        return new(recorded.At, SecretEvent.SaysOf(recorded), recorded.Actor, stored.Type,
            JsonSerializer.Deserialize<JsonElement>(stored.Payload));
    }
}

/// <param name="Secrets">How many were wrapped anew.</param>
public sealed record KeyRotated(string Key, int Secrets);

/// <summary>Secrets as an admin keeps them. Values go in and never come out. Names hold `/`, so they stand in the query.</summary>
public static class SecretEndpoints
{
    public const string Path = "/api/v1/secrets";

    private const int MostHistory = 1000;

    public static void MapSecrets(this IEndpointRouteBuilder app)
    {
        app.MapSecretsForNodes();
        var secrets = app.MapGroup(Path).WithTags("Secrets");
        secrets.MapGet("/", (SecretStore store, TimeProvider time) =>
            store.All.Select(row => SecretView.Of(row, time.GetUtcNow()))).WithName("listSecrets");
        secrets.MapGet("/one", (string name, SecretStore store, TimeProvider time) => store.Find(name) is { } row
            ? Results.Ok(SecretView.Of(row, time.GetUtcNow())) : Unknown(name, store)).WithName("getSecret");
        secrets.MapGet("/history", HistoryAsync).WithName("getSecretHistory");
        secrets.MapGet("/status", (string name, SecretStore store, SecretStatus status) => store.Find(name) is { } row
            ? Results.Ok(status.Of(row)) : Unknown(name, store)).WithName("getSecretStatus");
        secrets.MapPost("/", SetAsync).WithName("setSecret");
        secrets.MapPost("/change", ChangeAsync).WithName("changeSecret");
        secrets.MapPost("/scope", (SecretScopeWanted wanted, SecretStore store, TimeProvider time, HttpContext http, CancellationToken stop) =>
            ShownAsync(() => store.ScopeAsync(wanted.Name, wanted.Scope, Actor(http), stop), time)).WithName("scopeSecret");
        secrets.MapPost("/restart", async (SecretNamed wanted, SecretStore store, SecretRestarts restarts, CancellationToken stop) =>
            store.Find(wanted.Name) is null ? Unknown(wanted.Name, store) : Results.Ok(await restarts.OfAsync(wanted.Name, stop)))
            .WithName("restartSecretHolders");
        secrets.MapPost("/rotate-key", RotateKeyAsync).WithName("rotateSecretsKey");
        secrets.MapDelete("/", DeleteAsync).WithName("deleteSecret");
    }

    private static Task<IResult> SetAsync(
        SecretWanted wanted, SecretStore store, SecretDrivers drivers, TimeProvider time, HttpContext http, CancellationToken stop) =>
        ShownAsync(() =>
        {
            if (wanted.Value is null == wanted.Outside is null)
                throw new SecretRefusedException(400, "A secret has either a value or a place outside where it is read.");
            if (wanted.Outside is { } outside && drivers.WhyRefused(outside) is { } says) throw new SecretRefusedException(400, says);
            return store.SetAsync(wanted.Name, new(wanted.Value, wanted.AsNext, wanted.Scope, wanted.ExpiresAt, wanted.Outside),
                Actor(http), stop);
        }, time);

    private static Task<IResult> ChangeAsync(
        SecretChange wanted, SecretStore store, TimeProvider time, HttpContext http, CancellationToken stop) =>
        ShownAsync(() => wanted.Change switch
        {
            "promote" => store.PromoteAsync(wanted.Name, Actor(http), stop),
            "rollback" => store.RollBackAsync(wanted.Name, Actor(http), stop),
            "retire" => store.RetireAsync(wanted.Name, Actor(http), stop),
            _ => throw new SecretRefusedException(400, $"`{wanted.Change}` is no change: promote, rollback or retire."),
        }, time);

    private static async Task<IResult> ShownAsync(Func<Task<SecretRow>> change, TimeProvider time)
    {
        try
        {
            return Results.Ok(SecretView.Of(await change(), time.GetUtcNow()));
        }
        catch (SecretRefusedException refused)
        {
            return Problem(refused.Status, refused.Message);
        }
        catch (KeyWrapException key)
        {
            return Problem(409, key.Message);
        }
    }

    private static async Task<IResult> DeleteAsync(string name, SecretStore store, HttpContext http, CancellationToken stop)
    {
        try
        {
            await store.DeleteAsync(name, Actor(http), stop);
            return Results.NoContent();
        }
        catch (SecretRefusedException refused)
        {
            return Problem(refused.Status, refused.Message);
        }
    }

    private static async Task<IResult> RotateKeyAsync(KeyRotation rotation, HttpContext http, CancellationToken stop)
    {
        try
        {
            return Results.Ok(await rotation.RunAsync(Actor(http), stop));
        }
        catch (KeyWrapException key)
        {
            return Problem(409, key.Message);
        }
    }

    private static async Task<IResult> HistoryAsync(string name, SecretStore store, CancellationToken stop, int limit = 100)
    {
        var history = await store.HistoryAsync(name, stop);
        return history.IsEmpty && store.Find(name) is null ? Unknown(name, store)
            : Results.Ok(history.TakeLast(Math.Clamp(limit, 1, MostHistory))
                .Select(SecretMoment.Of));
    }

    private static IResult Unknown(string name, SecretStore store) =>
        Problem(404, SecretName.Unknown(name, store.All.Select(row => row.Name)));

    private static IResult Problem(int status, string says) => Results.Problem(says, statusCode: status, title: "Secret refused");

    private static string Actor(HttpContext http) => http.Who()?.Name ?? "admin";
}
