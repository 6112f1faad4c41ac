using System.Reflection;
using Headway.Server.Storage;

namespace Headway.Server.Tests.Rollouts;

/// <summary>The server's process is gone, in the middle of whatever it did.</summary>
public sealed class ServerDiedException : Exception;

/// <summary>A store on whose writes the server dies now and then: just before they are kept, or just after.</summary>
public class DyingStore : DispatchProxy
{
    private IEventStore _store = null!;
    private Func<bool> _dies = null!;

    public static IEventStore Over(IEventStore store, Func<bool> dies)
    {
        var proxy = Create<IEventStore, DyingStore>();
        ((DyingStore)(object)proxy)._store = store;
        ((DyingStore)(object)proxy)._dies = dies;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var writes = targetMethod!.Name is nameof(IEventStore.AppendAsync) or nameof(IEventStore.WriteRowAsync);
        if (writes && _dies()) throw new ServerDiedException();
        object? kept;
        try
        {
            kept = targetMethod.Invoke(_store, args);
        }
        catch (TargetInvocationException thrown) when (thrown.InnerException is not null)
        {
            throw thrown.InnerException;
        }
        if (writes && _dies()) throw new ServerDiedException();
        return kept;
    }
}
